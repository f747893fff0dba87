"""A check with a mistake of its own."""

from checker.judge import check


@check(title="It breaks", items=["structure.main"], why="-", read="Break")
def test_breaks(source):
    raise ZeroDivisionError
