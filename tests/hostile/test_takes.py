"""Code that looks for what it should not have finds nothing, and is otherwise graded as it is."""

import os
from pathlib import Path

import pytest

from checker.judge import Graders
from checker.report import Outcome
from checker.subject import obstacle

from .conftest import CURRICULUM

ATTACKS = sorted(Path(__file__).with_name("takes").glob("*.py"))
OPEN = {"network", "processes"} | ({"users"} if os.geteuid() == 0 else set())
"""What the level `limited` says that it leaves open: the code is the judge's own user."""
LESSON = CURRICULUM.lesson("01-models")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda path: path.stem)
def test_nothing_is_found(attack, submission, graders, nothing_left):
    report = graders.grade(LESSON, submission(LESSON, attack), only=["01.importable"])
    assert "LOOT" not in report.model_dump_json()
    assert report.check("01.importable").outcome is Outcome.PASSED, report.check(
        "01.importable"
    ).seen
    assert report.isolation == "namespaces"
    nothing_left()


@pytest.fixture(scope="module")
def limited():
    if reason := obstacle("limited"):
        pytest.skip(f"no Landlock here: {reason}")
    with Graders(workers=1, isolation="limited") as opened:
        yield opened


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda path: path.stem)
def test_landlock_leaves_open_what_it_says(attack, submission, limited):
    report = limited.grade(LESSON, submission(LESSON, attack), only=["01.importable"])
    assert ("LOOT" in report.model_dump_json()) is (attack.stem in OPEN)
