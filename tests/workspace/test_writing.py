"""Writing one file: whole or not at all."""

import errno
import os
import subprocess
import sys

import pytest

from checker.errors import UserError
from checker.workspace import writing
from checker.workspace.writing import write_whole


def failing_with(code):
    def fail(*_):
        raise OSError(code, os.strerror(code))

    return fail


def test_makes_the_folders_it_needs(tmp_path):
    write_whole(tmp_path / "a" / "b" / "file", b"new")

    assert (tmp_path / "a" / "b" / "file").read_bytes() == b"new"


def test_replaces_and_leaves_nothing_beside(tmp_path):
    (tmp_path / "file").write_bytes(b"old")

    write_whole(tmp_path / "file", b"new")

    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"file": b"new"}


def test_keeps_the_files_permissions(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"old")
    file.chmod(0o640)

    write_whole(file, b"new")

    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EDQUOT, "Your disk quota is used up"),
        (errno.EROFS, "can only be read"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_failed_write_is_said_and_leaves_the_old_content(tmp_path, monkeypatch, code, said):
    (tmp_path / "file").write_bytes(b"old")
    monkeypatch.setattr(writing.os, "fsync", failing_with(code))

    with pytest.raises(UserError) as caught:
        write_whole(tmp_path / "file", b"new")

    assert said in caught.value.sentence
    assert str(tmp_path / "file") in caught.value.sentence
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"file": b"old"}


def test_a_write_that_really_stops_half_way_leaves_the_old_content(tmp_path):
    """The kernel refuses everything beyond the first kilobyte, as a full disk would."""
    (tmp_path / "file").write_bytes(b"old")
    code = (
        "import pathlib, resource, sys\n"
        "from checker.workspace.writing import write_whole\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))\n"
        "try: write_whole(pathlib.Path(sys.argv[1]), b'x' * 100_000)\n"
        "except Exception as error: sys.exit(type(error).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "file")],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.stderr.strip() == "UserError"
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"file": b"old"}


def test_a_folder_that_may_not_be_written_to(unprivileged):
    (unprivileged / "file").write_bytes(b"old")
    unprivileged.chmod(0o555)

    with pytest.raises(UserError, match="no permission to write"):
        write_whole(unprivileged / "file", b"new")

    assert (unprivileged / "file").read_bytes() == b"old"


def test_a_file_where_a_folder_should_be(tmp_path):
    (tmp_path / "app").write_text("a file")

    with pytest.raises(UserError) as caught:
        write_whole(tmp_path / "app" / "models" / "base.py", b"new")

    assert caught.value.sentence == f"{tmp_path / 'app'} is a file where a folder should be."


def test_a_folder_where_a_file_should_be(tmp_path):
    (tmp_path / "config.py").mkdir()

    with pytest.raises(UserError, match="is a folder where a file should be"):
        write_whole(tmp_path / "config.py", b"new")

    assert [p.name for p in tmp_path.iterdir()] == ["config.py"]
