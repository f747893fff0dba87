"""Finding the learner's project."""

import pytest

from checker.curriculum import load_curriculum
from checker.errors import UserError
from checker.workspace import find, is_workspace

COURSE = load_curriculum().course


@pytest.fixture
def clone(tmp_path):
    (tmp_path / "my-posts" / ".checker").mkdir(parents=True)
    (tmp_path / "my-posts" / "app" / "models").mkdir(parents=True)
    (tmp_path / "lessons" / "00-settings").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize("here", [".", "my-posts", "my-posts/app/models", "lessons/00-settings"])
def test_from_anywhere_in_the_clone(clone, here):
    assert find(COURSE, cwd=clone / here) == clone / "my-posts"


def test_path_goes_first(clone):
    assert find(COURSE, clone / "other", cwd=clone) == clone / "other"


def test_where_a_new_one_would_be_made(tmp_path):
    assert find(COURSE, cwd=tmp_path) == tmp_path / "my-posts"


def test_a_file_in_its_place(tmp_path):
    (tmp_path / "my-posts").write_text("")

    with pytest.raises(UserError, match="is a file where the project's folder should be"):
        find(COURSE, cwd=tmp_path)


def test_a_project_without_progress_is_no_workspace(clone):
    assert is_workspace(clone / "my-posts")
    assert not is_workspace(clone)
    assert not is_workspace(clone / "nowhere")
