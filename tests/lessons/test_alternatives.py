"""Correct answers in another style than the reference's pass every check.

`make slow` grades one of each lesson; of those whose checks run whole suites or many processes,
which take a minute, none. `make corpus` grades the others.
"""

from pathlib import Path

import pytest

from .conftest import CURRICULUM, SLOW, not_passed

FOLDER = Path(__file__).parents[1] / "alternatives"
ALTERNATIVES = sorted(path for path in FOLDER.glob("*/*") if path.is_dir())


FIRST = {path.parent.name: path for path in reversed(ALTERNATIVES) if path.parent.name not in SLOW}
PARAMETERS = [
    pytest.param(
        path,
        id=f"{path.parent.name}-{path.name}",
        marks=pytest.mark.slow if path in FIRST.values() else pytest.mark.corpus,
    )
    for path in ALTERNATIVES
]


@pytest.mark.parametrize("folder", PARAMETERS)
def test_an_alternative_passes(folder, over_solution, graders):
    lesson = CURRICULUM.lesson(folder.parent.name)
    report = graders.grade(lesson, over_solution(lesson, folder), deadline=60)
    assert not_passed(report) == {}


STYLES = ["00", "01", "02", "04", "05", "06", "07", "09", "10", "11", "12", "14", "15", "16", "17"]


@pytest.mark.parametrize("lesson", STYLES)
def test_a_lesson_with_more_than_one_good_style_has_two_alternatives(lesson):
    known = {each.number: each.id for each in CURRICULUM.lessons}
    if lesson in known:
        assert len([path for path in ALTERNATIVES if path.parent.name == known[lesson]]) >= 2
