"""A file to be mutated."""

WORD = "hello"


def bounded(number: float) -> float:
    """At most ten."""
    if number > 10:
        return 10
    return number


def shape() -> dict[str, int]:
    return {"size": 1}
