"""Counting words."""

from collections import Counter


def count(text: str) -> dict[str, int]:
    """Each word of the text in lower case, and how often it is there."""
    return dict(Counter(text.lower().split()))
