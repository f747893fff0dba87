"""Every lesson holds to its invariants: its solution, its starter, its wrong answers.

Here as far as that takes little time; `make verify` holds all of them to all.
"""

import pytest
import yaml

from checker.curriculum.bugs import load_bugs, put_in, service
from checker.curriculum.composition import solved
from checker.curriculum.verify import verify_folders, verify_structure
from checker.judge.verify import (
    verify_solution,
    verify_starter,
    verify_stretch,
    verify_wrong_answer,
)

from .conftest import CURRICULUM, SLOW, some_wrong_answers

LESSONS = pytest.mark.parametrize("lesson", CURRICULUM.lessons, ids=lambda lesson: lesson.id)

FAST = [each for each in CURRICULUM.lessons if each.id not in SLOW]
STARTERS = [each for each in CURRICULUM.lessons if each.number <= "08"]
"""Those of the second half are whole services, of which a grading takes long."""
STRETCHES = [each for each in FAST if each.stretch]
SOLUTIONS = [
    *(pytest.param(each, id=each.id) for each in FAST),
    pytest.param(LAST := CURRICULUM.lessons[-1], id=LAST.id, marks=pytest.mark.slow),
]
"""Those of slow lessons are graded where their notebooks end, and of the last, which has none, with
`make slow`."""


def test_every_folder_belongs_to_a_lesson():
    assert verify_folders(CURRICULUM) == []


@LESSONS
def test_the_files_are_in_order(lesson):
    assert verify_structure(CURRICULUM, lesson) == []


@LESSONS
def test_each_bug_for_a_suite_to_find_fits_the_references_of_later_lessons(lesson):
    """A suite is graded on the reference that its project has reached."""
    bugs = [*load_bugs(lesson), *load_bugs(lesson, "stretch")]
    later = [each for each in CURRICULUM.lessons if each.number >= lesson.number]
    for reached in later if bugs else ():
        files = service(solved(CURRICULUM, reached))
        for bug in bugs:
            assert put_in(bug, files)


def test_what_compose_starts_finds_kafka_where_kafka_says_it_is():
    files = solved(CURRICULUM, CURRICULUM.lesson("17"))
    services = yaml.safe_load(files["compose.yaml"].read_text("utf-8"))["services"]
    address = services["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    asked = {
        name: service["environment"]["KAFKA_BOOTSTRAP_SERVERS"]
        for name, service in services.items()
        if name in ("app", "consumer")
    }
    assert asked == dict.fromkeys(("app", "consumer"), address.removeprefix("PLAINTEXT://"))


@LESSONS
def test_each_task_says_which_file_to_open(lesson):
    """Where a failure names no place, an editor opens the first that is there."""
    assert [task.id for task in lesson.tasks if not task.files] == []


@LESSONS
def test_who_has_passed_is_asked_to_look_again(lesson):
    assert 1 <= len(lesson.look_again) <= 3


@pytest.mark.parametrize("lesson", SOLUTIONS)
def test_the_solution_passes(lesson, graders):
    assert verify_solution(CURRICULUM, lesson, graders) == []


@pytest.mark.parametrize("lesson", STRETCHES, ids=lambda lesson: lesson.id)
def test_the_stretch_holds_beside_all_that_is_asked(lesson, graders):
    assert verify_stretch(CURRICULUM, lesson, graders) == []


@pytest.mark.parametrize("lesson", STARTERS, ids=lambda lesson: lesson.id)
def test_the_starter_fails_as_unfinished_work_does(lesson, graders):
    assert verify_starter(CURRICULUM, lesson, graders) == []


@pytest.mark.parametrize(("lesson", "wrong"), some_wrong_answers(CURRICULUM.lessons))
def test_a_wrong_answer_fails_its_check(lesson, wrong, graders):
    """One for each check, of slow lessons fewer. The others, and that no further check fails, are
    `make verify`'s."""
    assert verify_wrong_answer(CURRICULUM, lesson, wrong, graders, alone=False) == []
