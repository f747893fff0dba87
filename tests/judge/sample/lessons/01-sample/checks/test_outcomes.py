import pytest

from checker.judge import NotGraded, check, expect
from checker.report import Location

ITEM = ["model.repr"]


def sample(title, items=("model.repr",), needs=(), errata=()):
    return check(
        title=title, items=items, why="Because.", read="Somewhere", needs=needs, errata=errata
    )


@sample("It passes", items=["model.docs"])
def test_passes():
    expect(condition=True, seen="-", wanted="-")


@sample("It fails", errata=["E40", "E45"])
def test_fails():
    expect(
        condition=False,
        seen="It is red.",
        wanted="Green.",
        at=Location(file="app/code.py", line=3),
        errata=("E45",),
    )


@sample("It raises in the learner's code", errata=["E40"])
def test_raises(probe):
    probe("load", module="app.broken", doing="importing app.broken")


@sample("It is not written yet")
def test_unwritten(probe):
    probe("unwritten")


@sample("It never answers")
def test_hangs(probe):
    probe("load", module="app.hangs", doing="importing app.hangs")


@sample("It ends the process")
def test_vanishes(probe):
    probe("load", module="app.vanishes", doing="importing app.vanishes")


@sample("It needs a check that fails", needs=["01.passes", "01.fails"])
def test_needs_failure():
    expect(condition=False, seen="never run", wanted="-")


@sample("It needs a check that is blocked", needs=["01.needs-failure"])
def test_needs_blocked():
    expect(condition=False, seen="never run", wanted="-")


@sample("The checker's own mistake", items=["model.schema"])
def test_own_fault():
    raise KeyError("oops")


@sample("It may not be skipped", items=["model.schema"])
def test_skips():
    pytest.skip("no time")


@sample("It cannot be brought about here", items=["model.docs", "model.relationships"])
def test_ungraded():
    raise NotGraded("Not graded here: there is no moon.")


@sample("It needs what cannot be brought about", items=["model.docs"], needs=["01.ungraded"])
def test_needs_ungraded():
    expect(condition=True, seen="-", wanted="-")
