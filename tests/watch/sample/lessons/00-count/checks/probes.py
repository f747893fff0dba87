"""Calls the submission."""


def load():
    import app.count  # noqa: F401

    return "imported"


def count():
    from app.count import count

    return count()


def total():
    from app.total import total

    return total()
