"""One learner does every lesson in one workspace, and loses nothing on the way."""

import pytest

from checker.curriculum.composition import solution, solved
from checker.workspace import advance, create, overwrite

from .conftest import CURRICULUM, SLOWEST, not_passed


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace in which each lesson was begun, and its solution written, in turn."""
    root = tmp_path_factory.mktemp("learner") / "my-posts"
    first, *rest = CURRICULUM.lessons
    create(CURRICULUM, root, first)
    write(root, first)
    for lesson in rest:
        taken = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
        added = set(advance(root, lesson).added)
        assert not added & taken, "a starter overwrote a file of the learner's"
        write(root, lesson)
    return root


def write(root, lesson):
    """What the learner types: the lesson's solution, over what is there."""
    files = {name: path.read_bytes() for name, path in solution(lesson).items()}
    overwrite(root, files, reason="typed")


LAST = solved(CURRICULUM, CURRICULUM.lessons[-1])


def test_at_the_end_the_workspace_is_the_reference_of_the_last_lesson(workspace):
    """What that lesson's checks say of it is what they say of the reference."""
    expected = {name: path.read_bytes() for name, path in LAST.items()}
    found = {
        path.relative_to(workspace).as_posix(): path.read_bytes()
        for path in workspace.rglob("*")
        if path.is_file() and ".checker" not in path.parts
    }
    assert found == expected


def _marks(lesson):
    if lesson.number in ("00", "04"):
        return ()
    return pytest.mark.corpus if lesson.id in SLOWEST else pytest.mark.slow


EARLIER = [
    pytest.param(lesson, id=lesson.id, marks=_marks(lesson)) for lesson in CURRICULUM.lessons[:-1]
]


@pytest.mark.parametrize("lesson", EARLIER)
def test_at_the_end_every_earlier_lesson_still_passes(lesson, workspace, graders):
    report = graders.grade(lesson, workspace, deadline=60)
    assert not_passed(report) == {}
