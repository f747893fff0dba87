"""Sums."""


def total() -> int:
    """The sum of it all."""
    return 6
