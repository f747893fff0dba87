"""A warm report is the cold one, field by field but for durations, for all that there is to grade.

The wrong answers are many and cold grading is slow: `make corpus` compares them too.
"""

import pytest

from checker.curriculum.composition import solved, start, write
from checker.curriculum.wrong_answers import apply, load
from checker.judge import grade

from .conftest import CURRICULUM

LESSONS = pytest.mark.parametrize("lesson", CURRICULUM.lessons, ids=lambda lesson: lesson.id)
WRONG = [
    pytest.param(lesson, wrong, id=f"{lesson.id}-{wrong.name}")
    for lesson in CURRICULUM.lessons
    for wrong in load(CURRICULUM, lesson)
]


def assert_equal(lesson, project, graders):
    warm = graders.grade(lesson, project, seed=1)
    cold = grade(lesson, project, seed=1)
    assert told(warm) == told(cold)


def told(report):
    """All that a report says but for how long it took."""
    data = report.model_dump(exclude={"duration_ms": True, "checks": {"__all__": {"duration_ms"}}})
    return {**data, "checks": {check["id"]: check for check in data["checks"]}}


@LESSONS
@pytest.mark.parametrize("compose", [solved, start])
def test_a_solution_and_a_starter(lesson, compose, tmp_path, graders):
    write(compose(CURRICULUM, lesson), tmp_path / "project")
    assert_equal(lesson, tmp_path / "project", graders)


@pytest.mark.corpus
@pytest.mark.parametrize(("lesson", "wrong"), WRONG)
def test_a_wrong_answer(lesson, wrong, tmp_path, graders):
    apply(CURRICULUM, lesson, wrong, tmp_path / "project")
    assert_equal(lesson, tmp_path / "project", graders)
