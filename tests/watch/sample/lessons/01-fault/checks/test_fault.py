"""A check that is broken itself."""

from checker.judge import check


@check(title="It is broken", items=["structure.main"], why="-", read="-")
def test_broken():
    raise KeyError("oops")
