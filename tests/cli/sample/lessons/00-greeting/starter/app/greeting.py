"""Greetings."""


def hello() -> str:
    """Say hello to anyone."""
    raise NotImplementedError("TODO 00.1")


def hello_to(name: str) -> str:
    """Say hello to somebody."""
    raise NotImplementedError("TODO 00.2")
