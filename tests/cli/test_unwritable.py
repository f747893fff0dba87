"""A workspace that cannot be written to: said in one sentence, and nothing is lost."""

import errno
import os

import pytest

CAUSES = [
    (errno.ENOSPC, "The disk is full: "),
    (errno.EROFS, "is on a disk that can only be read."),
    (errno.EACCES, "You have no permission to write "),
]


@pytest.fixture(params=CAUSES, ids=["full disk", "read-only", "no permission"])
def cause(request, monkeypatch):
    """From now on no file can be written to the end. Gives what is to be said about it."""
    code, said = request.param

    def refuse():
        def refused(_):
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr("checker.workspace.writing.os.fsync", refused)
        return said

    return refuse


def everything(root):
    return {p: p.read_bytes() for p in root.rglob("*") if p.is_file()}


@pytest.mark.parametrize("command", ["hint", "reset --yes", "catch-up 01 --yes", "start 01"])
def test_what_is_there_stays(run, started, cause, command):
    (started / "app/greeting.py").write_text("mine = 1\n")
    before = everything(started)
    said = cause()

    ended = run(*command.split())

    assert ended.code == 2
    assert said in ended.err
    assert len(ended.err.splitlines()) == 2
    assert everything(started) == before


def test_no_half_workspace_is_begun(run, here, cause):
    said = cause()

    ended = run("start")

    assert ended.code == 2
    assert said in ended.err
    assert list(here.iterdir()) == []


def test_a_catch_up_whose_progress_fails_has_said_where_the_backup_is(run, started, monkeypatch):
    (started / "app/greeting.py").write_text("mine = 1\n")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("checker.workspace.workspace.save", full)

    ended = run("catch-up", "01", "--yes")

    assert ended.code == 2
    assert "Your files as they were: my-posts/.checker/backups/" in ended.out
