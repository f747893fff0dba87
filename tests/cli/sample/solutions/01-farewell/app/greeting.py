"""Greetings, warmer since there are farewells."""


def hello() -> str:
    """Say hello to anyone."""
    return "Hello"


def hello_to(name: str) -> str:
    """Say hello to somebody."""
    return f"Hello {name}"
