"""Reports made by hand."""

import io

import pytest
from rich.console import Console

from checker.curriculum import load_curriculum
from checker.report import CheckResult, ItemResult, Location, Outcome, Reach, Report, verdict

LESSON = load_curriculum().lesson("01-models")
REACH = Reach(what="gc", location=Location(file="app/main.py", line=3))


def make_check(id_, outcome=Outcome.PASSED, item="model.repr", **more):
    told = {"title": f"Title of {id_}"}
    if outcome in (Outcome.FAILED, Outcome.TIMED_OUT):
        told |= {"seen": "It is red.", "wanted": "Green.", "why": "Because.", "read": "Here"}
    return CheckResult(id=id_, items=(item,), outcome=outcome, **told | more)


def make_report(*checks, lesson=LESSON):
    items = {}
    for check in checks:
        for item in check.items:
            items.setdefault(item, []).append(check)
    return Report(
        lesson=lesson.id,
        outcome=verdict([check.outcome for check in checks]),
        isolation="process",
        seed=7,
        duration_ms=1234,
        items=tuple(
            ItemResult(
                id=id_,
                text=f"Wording of {id_}",
                outcome=verdict([check.outcome for check in found]),
                checks=tuple(check.id for check in found),
            )
            for id_, found in items.items()
        ),
        checks=checks,
    )


@pytest.fixture
def mixed():
    """One check for each outcome but our own fault."""
    return make_report(
        make_check("01.importable", item="model.async-model"),
        make_check(
            "01.tables",
            Outcome.FAILED,
            item="model.async-model",
            errata=("E45",),
            location=Location(file="app/models/user.py", line=12),
        ),
        make_check("01.user-columns", Outcome.BLOCKED, blocked_by="01.tables"),
        make_check("01.post-columns", Outcome.BLOCKED, blocked_by="01.tables"),
        make_check("01.repr", Outcome.TIMED_OUT),
    )


@pytest.fixture
def passed():
    return make_report(make_check("01.importable"), make_check("01.repr"))


@pytest.fixture
def page():
    """A console on paper: what was printed is in `page.file.getvalue()`."""
    return paper()


def paper(**options):
    defaults = {"width": 80, "markup": False, "emoji": False, "highlight": False}
    return Console(file=io.StringIO(), **defaults | options)
