"""Manners."""


def please() -> str:
    """Ask politely."""
    raise NotImplementedError("TODO 02.1")
