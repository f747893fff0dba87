"""The one function through which the learner's files are overwritten."""

from datetime import UTC, datetime

import pytest

from checker.errors import UserError
from checker.workspace import overwrite

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def tree(root):
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in root.rglob("*")
        if p.is_file() and ".checker" not in p.relative_to(root).parts
    }


@pytest.fixture
def root(tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "mine.py").write_bytes(b"mine")
    (tmp_path / "app" / "gone.py").write_bytes(b"gone")
    return tmp_path


def test_says_what_it_did(root):
    changes = {"app/mine.py": b"theirs", "app/gone.py": None, "app/models/new.py": b"new"}

    done = overwrite(root, changes, reason="reset-01", now=NOW)

    assert (done.added, done.replaced, done.removed) == (
        ("app/models/new.py",),
        ("app/mine.py",),
        ("app/gone.py",),
    )
    assert tree(root) == {"app/mine.py": b"theirs", "app/models/new.py": b"new"}


def test_backs_up_what_was_there_and_says_where(root):
    done = overwrite(root, {"app/mine.py": b"theirs", "new": b"new"}, reason="reset-01", now=NOW)

    assert done.backup == root / ".checker" / "backups" / "20300102T030405Z-reset-01"
    assert tree(done.backup) == {"app/mine.py": b"mine"}


def test_two_backups_in_the_same_second_do_not_collide(root):
    first = overwrite(root, {"app/mine.py": b"1"}, reason="reset-01", now=NOW)
    second = overwrite(root, {"app/mine.py": b"2"}, reason="reset-01", now=NOW)

    assert tree(first.backup) == {"app/mine.py": b"mine"}
    assert tree(second.backup) == {"app/mine.py": b"1"}


def test_content_that_is_there_already_is_neither_written_nor_backed_up(root):
    done = overwrite(root, {"app/mine.py": b"mine"}, reason="reset-01", now=NOW)

    assert (done.changed, done.backup) == ((), None)
    assert not (root / ".checker").exists()


def test_removes_the_folders_it_has_emptied(root):
    overwrite(root, {"app/mine.py": None, "app/gone.py": None}, reason="x", now=NOW)

    assert not (root / "app").exists()


def test_a_new_file_goes_again_when_a_later_one_fails(root):
    (root / "app" / "folder.py").mkdir()

    with pytest.raises(UserError, match="is a folder where a file should be"):
        overwrite(root, {"lib/new.py": b"new", "app/folder.py": b"x"}, reason="x", now=NOW)

    assert not (root / "lib").exists()
