"""Every lesson holds to its invariants: its solution, its starter, its wrong answers."""

import pytest

from checker.curriculum.verify import verify_folders, verify_structure
from checker.judge.verify import verify_solution, verify_starter, verify_wrong_answer

from .conftest import CURRICULUM, SLOW, wrong_answers

LESSONS = pytest.mark.parametrize("lesson", CURRICULUM.lessons, ids=lambda lesson: lesson.id)
QUICK_LESSONS = [lesson for lesson in CURRICULUM.lessons if lesson.id != SLOW]
SLOW_LESSONS = [CURRICULUM.lesson(SLOW)]


def test_every_folder_belongs_to_a_lesson():
    assert verify_folders(CURRICULUM) == []


@LESSONS
def test_the_files_are_in_order(lesson):
    assert verify_structure(CURRICULUM, lesson) == []


@LESSONS
def test_the_solution_passes(lesson, graders):
    assert verify_solution(CURRICULUM, lesson, graders) == []


@LESSONS
def test_the_starter_fails_as_unfinished_work_does(lesson, graders):
    assert verify_starter(CURRICULUM, lesson, graders) == []


@pytest.mark.parametrize(("lesson", "wrong"), wrong_answers(SLOW_LESSONS))
def test_a_wrong_answer_fails_its_check(lesson, wrong, graders):
    assert verify_wrong_answer(CURRICULUM, lesson, wrong, graders, alone=False) == []


@pytest.mark.parametrize(
    ("lesson", "wrong"),
    wrong_answers(QUICK_LESSONS) + wrong_answers(SLOW_LESSONS, marks=pytest.mark.corpus),
)
def test_a_wrong_answer_fails_its_check_and_no_other(lesson, wrong, graders):
    assert verify_wrong_answer(CURRICULUM, lesson, wrong, graders) == []
