"""Correct answers in another style than the reference's pass every check."""

from pathlib import Path

import pytest

from checker.report import Outcome

from .conftest import CURRICULUM

FOLDER = Path(__file__).parents[1] / "alternatives"
ALTERNATIVES = sorted(path for path in FOLDER.glob("*/*") if path.is_dir())


@pytest.mark.parametrize("folder", ALTERNATIVES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_an_alternative_passes(folder, over_solution, graders):
    lesson = CURRICULUM.lesson(folder.parent.name)
    report = graders.grade(lesson, over_solution(lesson, folder), deadline=60)
    assert {
        check.id: (check.outcome, check.seen)
        for check in report.checks
        if check.outcome is not Outcome.PASSED
    } == {}


@pytest.mark.parametrize("lesson", ["00", "01", "02", "04", "05", "06", "07", "09"])
def test_a_lesson_with_more_than_one_good_style_has_two_alternatives(lesson):
    known = {each.number: each.id for each in CURRICULUM.lessons}
    if lesson in known:
        assert len([path for path in ALTERNATIVES if path.parent.name == known[lesson]]) >= 2
