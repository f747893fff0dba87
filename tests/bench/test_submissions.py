"""The submissions: one in which most checks fail, each by itself, and what a save changes."""

from collections import Counter

import pytest

from bench import submissions
from bench.measure import failed_before
from checker.curriculum import load_curriculum
from checker.judge import grade
from checker.report import Outcome

CURRICULUM = load_curriculum()
FAILING = [lesson for lesson in CURRICULUM.lessons if submissions.has_failing(lesson)]


def test_lesson_06_has_one():
    assert [lesson.number for lesson in FAILING] == ["06"]


@pytest.mark.parametrize("lesson", FAILING, ids=lambda lesson: lesson.id)
def test_most_checks_fail_and_none_is_blocked(lesson, tmp_path):
    project = submissions.failing(CURRICULUM, lesson, tmp_path / "project")
    outcomes = Counter(check.outcome for check in grade(lesson, project).checks)
    assert outcomes.keys() == {Outcome.PASSED, Outcome.FAILED}
    assert outcomes[Outcome.FAILED] >= 15
    assert outcomes[Outcome.FAILED] > outcomes[Outcome.PASSED]


@pytest.mark.parametrize("lesson", CURRICULUM.lessons, ids=lambda lesson: lesson.id)
def test_the_check_that_is_waited_for_after_a_save_is_the_lessons(lesson):
    assert failed_before(lesson) in lesson.checks


@pytest.mark.parametrize("lesson", CURRICULUM.lessons, ids=lambda lesson: lesson.id)
def test_a_save_really_changes_one_file_of_a_project(lesson, tmp_path):
    project = submissions.solution(CURRICULUM, lesson, tmp_path / "project")
    seen = set()
    for _ in range(3):
        before = contents(project)
        saved = submissions.save(project)
        after = contents(project)
        assert [name for name in before if before[name] != after[name]] == [project / saved]
        seen.add(tuple(sorted(after.items())))
    assert len(seen) == 3


def contents(project):
    return {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
