"""What code has left is removed, however it was made."""

import os

import pytest

from checker.subject.removal import remove


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "left"
    made.mkdir()
    return made


def test_a_folder_that_no_path_reaches_the_end_of(folder):
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1_500):
        os.mkdir("a-long-name", dir_fd=here)
        inner = os.open("a-long-name", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    remove(folder)
    assert not folder.exists()


def test_what_nobody_may_read(folder):
    inner = folder / "one/two"
    inner.mkdir(parents=True)
    (inner / "file").touch(0)
    for locked in (inner, inner.parent, folder):
        locked.chmod(0)
    remove(folder)
    assert not folder.exists()


def test_a_link_is_removed_and_not_what_it_points_to(folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").touch()
    (folder / "inner").symlink_to(outside)
    (tmp_path / "link").symlink_to(outside)
    remove(folder)
    remove(tmp_path / "link")
    assert [path.name for path in tmp_path.iterdir()] == ["outside"]
    assert (outside / "file").exists()


def test_what_is_gone_already(folder):
    remove(folder / "nothing")
    assert folder.exists()
