from sqlalchemy import Column as text  # noqa: N813

__all__ = ["text"]
