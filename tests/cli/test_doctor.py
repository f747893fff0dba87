"""`checker doctor`."""

import pytest

from checker.cli import diagnosis
from checker.cli.diagnosis import State


def test_all_is_well_in_this_clone(run, started):
    ended = run("doctor")

    assert ended.code == 0
    states = [line.split()[0] for line in ended.out.splitlines() if not line.startswith(" ")]
    assert len(states) == 9
    assert set(states) <= {"ok", "warning"}


def test_no_workspace_is_a_warning_with_the_next_step(run):
    ended = run("doctor")

    assert ended.code == 0
    assert "→ checker start" in ended.out


def test_a_problem_is_exit_code_1(run, started, monkeypatch):
    monkeypatch.setattr(diagnosis, "TOO_LITTLE_DISK", 2**60)
    monkeypatch.setattr(diagnosis, "LITTLE_DISK", 2**60)

    ended = run("doctor")

    assert ended.code == 1
    assert "problem  Only " in ended.out


@pytest.mark.parametrize(
    ("version", "state"),
    [((3, 10, 1), "problem"), ((3, 11, 0), "ok"), ((3, 14, 9), "ok"), ((3, 15, 0), "problem")],
)
def test_python(version, state):
    assert diagnosis.python(version).state == state


@pytest.mark.parametrize(("version", "state"), [((3, 34, 1), "problem"), ((3, 35, 0), "ok")])
def test_sqlite(version, state):
    assert diagnosis.sqlite(version).state == state


@pytest.mark.parametrize(("megabytes", "state"), [(10, "problem"), (100, "warning"), (1000, "ok")])
def test_disk(tmp_path, megabytes, state):
    assert diagnosis.disk(megabytes * 1024**2, tmp_path).state == state


def test_libraries_that_differ_from_the_lock(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "# a comment\n"
        "typer==0.0.1 \\\n    --hash=sha256:00\n"
        "no-such-library==1.0 ; python_version < '3'\n"
        "no-such-other==2.0\n"
    )

    found = diagnosis.libraries(lock)

    assert found.state is State.PROBLEM
    assert "typer" in found.what
    assert "no-such-other missing (locked: 2.0)" in found.what
    assert "no-such-library" not in found.what


def test_no_fork_is_slower_and_no_problem(monkeypatch):
    monkeypatch.setenv("CHECKER_NO_FORK", "1")

    assert diagnosis.fork().state is State.WARNING


def test_a_workspace_that_cannot_be_written_to(tmp_path, monkeypatch):
    (tmp_path / ".checker").mkdir()

    def refused(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(diagnosis.tempfile, "TemporaryFile", refused)

    assert diagnosis.workspace(tmp_path).state is State.PROBLEM
