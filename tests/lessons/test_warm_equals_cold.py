"""A warm report is the cold one, field by field but for durations, for all that there is to grade.

Cold grading is slow: `make test` compares probes, `make slow` a lesson of each kind, and `make
corpus` every starter, every solution, and what each check says of a wrong answer. Where checks wait
for a broker, a wrong answer takes minutes, and how far it comes is up to chance: of those lessons
it is the starters and solutions alone.
"""

import re

import pytest

from checker.curriculum.composition import solved, start, write
from checker.curriculum.wrong_answers import apply
from checker.judge import grade
from tests.reports import untimed

from .conftest import CURRICULUM, first_wrong_answers

MARKS = {"00": (), "01": (), "02": pytest.mark.slow, "06": pytest.mark.slow}
"""What source says, and probes; commands, and HTTP."""
LESSONS = [
    pytest.param(lesson, id=lesson.id, marks=MARKS.get(lesson.number, pytest.mark.corpus))
    for lesson in CURRICULUM.lessons
]
WITHOUT_BROKER = [lesson for lesson in CURRICULUM.lessons if lesson.number < "15"]
CHANCE = re.compile(
    r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:\d\d)?"
    r"|\b[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b|eyJ[\w.-]+|\b0x[0-9a-f]+"
)
"""What is made anew each time: the hour, the ids of requests and events, tokens, which hold the
hour, and where an object is in memory."""
RACES = {"05.race", "06.race", "06.session-closed", "09.off-loop", "09.timing"}
"""Checks that tell how many of some requests at once had which outcome, or how long they took."""
BY_CHANCE = ("10.", "14.")
"""Lessons whose messages name ports, processes and seconds."""


def assert_equal(lesson, project, graders, only=()):
    warm = graders.grade(lesson, project, seed=1, only=only)
    cold = grade(lesson, project, seed=1, only=only)
    assert told(warm) == told(cold)


def told(report):
    """All that a report says but for how long it took, and for what is up to chance."""
    data = untimed(report).model_dump()
    checks = {check["id"]: check for check in data["checks"]}
    for id_, check in checks.items():
        by_chance = id_ in RACES or id_.startswith(BY_CHANCE)
        chance = re.compile(rf"{CHANCE.pattern}|\d+") if by_chance else CHANCE
        for part in ("seen", "wanted", "printed", "request"):
            check[part] = chance.sub("…", check[part])
    return {**data, "checks": checks}


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_starter(lesson, tmp_path, graders):
    write(start(CURRICULUM, lesson), tmp_path / "project")
    assert_equal(lesson, tmp_path / "project", graders)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_solution(lesson, tmp_path, graders):
    write(solved(CURRICULUM, lesson), tmp_path / "project")
    assert_equal(lesson, tmp_path / "project", graders)


@pytest.mark.corpus
@pytest.mark.parametrize(("lesson", "wrong"), first_wrong_answers(WITHOUT_BROKER))
def test_a_wrong_answer(lesson, wrong, tmp_path, graders):
    """One for each check, graded by it and by what it needs."""
    apply(CURRICULUM, lesson, wrong, tmp_path / "project")
    assert_equal(lesson, tmp_path / "project", graders, only=(wrong.check,))
