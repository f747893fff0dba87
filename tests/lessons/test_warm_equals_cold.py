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
    r"|\b[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b|\b[0-9a-f]{40,64}\b|eyJ[\w.-]+"
    r"|\bv1,[\w+/]+=*|\b0x[0-9a-f]+|\S*checker-grading-\S+"
)
"""What is made anew each time: the hour, ids of requests and events, what is made of the hour, and
where an object is in memory or a file on the disk."""
COLLECTED = re.compile(r"\n?\S+ RuntimeWarning: coroutine [^\n]*")
"""Comes whenever Python removes what nobody awaited."""
RACES = {"05.race", "06.race", "06.session-closed", "09.off-loop", "09.timing"}
"""Checks that tell how many of some requests at once had which outcome, or how long they took."""
BY_CHANCE = ("10.", "13.", "14.")
"""Lessons whose messages name ports, addresses, processes and seconds."""
LEFT_OUT = {
    "10.failures": {"seen", "printed"},
    "12.": {"printed", "request"},
    "14.": {"printed"},
}
"""What is not compared of some checks: what a client makes of a connection that is broken off, what
belongs to requests that a worker makes once, for whichever check asks first, and what the processes
of one service print, in an order of their own."""


def assert_equal(lesson, project, graders, only=()):
    warm = graders.grade(lesson, project, seed=1, only=only)
    cold = grade(lesson, project, seed=1, only=only)
    assert told(warm) == told(cold)


def told(report):
    """All that a report says but for how long it took, and for what is up to chance."""
    data = untimed(report).model_dump()
    for check in (*data["checks"], *filter(None, [data["stretch"]])):
        by_chance = check["id"] in RACES or check["id"].startswith(BY_CHANCE)
        chance = re.compile(rf"{CHANCE.pattern}|\d+") if by_chance else CHANCE
        left_out = [LEFT_OUT[each] for each in LEFT_OUT if check["id"].startswith(each)]
        for part in ("seen", "wanted", "printed", "request"):
            text = "" if any(part in each for each in left_out) else check[part]
            check[part] = chance.sub("…", COLLECTED.sub("", text))
    return {**data, "checks": {check["id"]: check for check in data["checks"]}}


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
