"""Reporting words."""

from collections import Counter

from words.count import count


def report(text: str) -> list[str]:
    """The words of the text, the most frequent first."""
    return [word for word, _ in Counter(count(text)).most_common()]
