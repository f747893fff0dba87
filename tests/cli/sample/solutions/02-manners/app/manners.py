"""Manners."""


def please() -> str:
    """Ask politely."""
    return "Please"
