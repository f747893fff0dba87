"""Farewells."""


def goodbye() -> str:
    """Say goodbye."""
    return "Goodbye"
