"""Farewells, with a wave of both hands."""


def goodbye() -> str:
    """Say goodbye."""
    return "Goodbye"
