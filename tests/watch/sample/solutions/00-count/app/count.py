"""Counting."""


def count() -> int:
    """Count to three."""
    return 3
