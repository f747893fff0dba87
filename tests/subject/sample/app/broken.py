"""Raises as it is imported, in a function of its own."""


def fail() -> None:
    raise LookupError("nothing here")


fail()
