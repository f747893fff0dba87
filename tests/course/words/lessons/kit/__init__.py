"""What the checks of both lessons share: sentences whose words are known."""

SENTENCE = ("Rose is a rose is a rose", {"rose": 3, "is": 2, "a": 2})

__all__ = ["SENTENCE"]
