"""Half done."""


def unwritten() -> None:
    """Do something."""
    raise NotImplementedError("TODO 01.1")
