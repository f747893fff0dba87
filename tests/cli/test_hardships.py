"""What a machine may do to a command: one clear sentence, the next step, and no hang."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from checker.errors import UserError
from checker.judge.session import workroom
from checker.judge.session.workroom import PREFIX, Workroom
from checker.subject.snapshot import Snapshot

from .conftest import COMMAND
from .test_endings import _children
from .test_run import gone

NOBODY = 65534
GONE = (
    "The folder that you are in is gone.\nGo to another one with cd, and run the command again.\n"
)


@pytest.mark.parametrize("command", ["check", "list", "start", "restore", "doctor", "run", "watch"])
def test_a_working_folder_that_is_gone(run, here, monkeypatch, command):
    (here / "gone").mkdir()
    monkeypatch.chdir(here / "gone")
    (here / "gone").rmdir()

    ended = run(command)

    assert (ended.code, ended.out, ended.err) == (2, "", GONE)


@pytest.fixture
def bare(here):
    """A workspace with one file of the learner's, never graded."""
    (here / "my-posts/.checker").mkdir(parents=True)
    (here / "my-posts/app").mkdir()
    (here / "my-posts/app/greeting.py").write_text("mine = 1\n")
    return here / "my-posts"


@pytest.fixture
def unreadable(bare):
    """A project whose code may not be read, by an ordinary user: to root, permissions are nothing.

    Everybody may come as far as the project.
    """
    (bare / "app").chmod(0)
    for folder in bare.parents:
        if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o001:
            folder.chmod(0o755)
    for path in (bare, *bare.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    yield bare
    if is_root:
        os.seteuid(0)
    (bare / "app").chmod(0o755)


def test_code_that_cannot_be_read_is_not_taken_for_none(run, unreadable):
    ended = run("catch-up", "01", "--yes", "--path", unreadable)

    assert ended.code == 2
    assert ended.err == f"{unreadable}/app cannot be read.\nGive yourself permission to read it.\n"


def test_code_that_cannot_be_read_is_not_graded(unreadable):
    with pytest.raises(UserError, match="app cannot be read"):
        Snapshot(unreadable)


@pytest.mark.parametrize("command", ["check", "list", "hint", "start", "restore", "run"])
def test_a_project_that_cannot_be_entered(run, unreadable, command):
    unreadable.chmod(0)
    try:
        ended = run(command)
    finally:
        unreadable.chmod(0o755)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f"{unreadable}/.checker may not be looked at: Permission denied.\n"
        "Give yourself permission to read and to enter its folder (chmod u+rwx).\n"
    )


@pytest.fixture
def pipe(bare):
    """A pipe where a file should be: opening it would wait until somebody writes."""
    (bare / "app/greeting.py").unlink()
    os.mkfifo(bare / "app/greeting.py")
    return bare / "app/greeting.py"


@pytest.mark.parametrize("command", ["reset --yes", "catch-up 01 --yes", "diff --reveal", "check"])
def test_a_pipe_where_a_file_should_be(run, pipe, command):
    ended = run(*command.split())

    assert ended.code == 2
    assert "app/greeting.py is no ordinary file: a pipe or a device.\n" in ended.err
    assert len(ended.err.splitlines()) == 2


@pytest.mark.parametrize("command", ["check", "hint", "list"])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (os.mkfifo, "progress.json is no ordinary file: a pipe or a device."),
        (Path.mkdir, "progress.json is a folder where a file should be."),
    ],
)
def test_progress_that_cannot_be_read(run, bare, command, make, said):
    file = bare / ".checker/progress.json"
    make(file)

    ended = run(command)

    assert ended.code == 2
    assert said in ended.err
    assert len(ended.err.splitlines()) == 2


def test_a_file_name_that_is_no_text(run, started):
    (started / os.fsdecode(b"app/caf\xe9.py")).write_text("mine = 1\n")

    ended = run("catch-up", "01", "--yes")
    checked = run("check", "--format", "json")

    assert (ended.code, checked.code) == (0, 1)
    assert (started / os.fsdecode(b"app/caf\xe9.py")).read_text() == "mine = 1\n"
    assert "Traceback" not in ended.err + checked.err


@pytest.mark.parametrize("columns", ["0", "", "00"])
def test_no_columns_are_taken_for_unknown(process, started, columns):
    ended = process("check", env={**os.environ, "COLUMNS": columns})
    out, _ = ended.communicate()

    assert ended.returncode == 1
    assert "hello returns nothing." in out


def test_a_home_that_cannot_be_written():
    home = "/proc/nobody"
    typed = f"{shlex.join(map(str, COMMAND))} --install-completion; exit $?"
    env = {**os.environ, "HOME": home}
    ended = subprocess.run(
        ["bash", "-c", typed], env=env, check=False, capture_output=True, text=True
    )

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"{home}")
    assert "could not be written" in ended.stderr
    assert ended.stderr.endswith(
        "It belongs to your home folder: make that writable, or set HOME to one that is.\n"
    )


def test_completion_without_a_shell():
    code = (
        "import sys, shellingham\n"
        "def nothing(*_): raise shellingham.ShellDetectionFailure\n"
        "shellingham.detect_shell = nothing\n"
        "from checker.cli.guard import run\n"
        "sys.argv = ['checker', '--install-completion']\n"
        "sys.exit(run())"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "No shell was found that could complete anything.\n"
        "Type it at the prompt of bash, zsh or fish: checker --install-completion\n"
    )


def test_grading_needs_no_home(process, started):
    ended = process("check", env={**os.environ, "HOME": "/proc/nobody"})

    assert "hello returns nothing." in ended.communicate()[0]
    assert ended.returncode == 1


NO_ROOM = (
    "There is no room in {} for a grading's files.\n"
    "Free some space there, or name another folder: TMPDIR=FOLDER checker\n"
)


def test_no_room_to_begin_a_grading(run, bare, here, monkeypatch):
    def full(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workroom, "roomy", lambda: here)
    monkeypatch.setattr(workroom.tempfile, "mkdtemp", full)

    ended = run("check")

    assert (ended.code, ended.out, ended.err) == (2, "", NO_ROOM.format(here))


def test_room_that_is_used_up_while_it_grades(run, bare, here, monkeypatch):
    """What a full disk does to a judge: it dies, and so does the next one."""
    from checker.judge.session import grader

    def dies(*_):
        raise EOFError

    monkeypatch.setattr(workroom, "roomy", lambda: here)
    monkeypatch.setattr(workroom, "TOO_LITTLE", 1 << 62)
    monkeypatch.setattr(grader.Grader, "_run", dies)

    ended = run("check")

    assert (ended.code, ended.out, ended.err) == (2, "", NO_ROOM.format(here))


def test_what_a_killed_grading_has_left_is_removed_by_the_next(here, monkeypatch):
    monkeypatch.setattr(workroom, "roomy", lambda: here)
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from checker.judge.session import workroom\n"
        "workroom.roomy = lambda: Path(sys.argv[1])\n"
        "room = workroom.Workroom(); (room.folder / 'project').mkdir()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(here)], check=False)
    assert list(here.glob(f"{PREFIX}*/project"))

    one = Workroom()
    another = Workroom()

    assert (one.swept, another.swept) == (1, 0)
    assert set(here.glob(f"{PREFIX}*")) == {one.folder, another.folder}
    one.close()
    another.close()
    assert not list(here.glob("checker-*"))


def test_doctor_says_that_it_has_removed_it(run, bare, monkeypatch):
    monkeypatch.setattr("checker.cli.diagnosis.sweep", lambda _: 2)

    assert "ok       Removed what 2 killed gradings had left in " in run("doctor").out


@pytest.mark.parametrize("waits_for", ["typer", "checker.cli.app", "rich.console"])
def test_ctrl_c_while_it_starts(bare, here, waits_for):
    """In the third of a second in which everything is imported."""
    (here / "site").mkdir()
    (here / "site/sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {waits_for!r}:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    env = {**os.environ, "PYTHONPATH": str(here / "site")}

    done = subprocess.run([*COMMAND, "list"], env=env, check=False, capture_output=True, text=True)

    assert (done.returncode, done.stdout, done.stderr) == (
        130,
        "",
        "Stopped. Nothing was changed.\n",
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_other_ways_to_end_it_leave_as_little(other, here, process, announced, number, code):
    other("endless")
    (here / "my-posts/.checker").mkdir(parents=True)
    (here / "my-posts/app").mkdir()

    checking = process("check", "00")
    announced()
    below = _children(checking.pid)
    checking.send_signal(number)
    _, err = checking.communicate()

    assert (checking.returncode, err) == (code, "Stopped. Nothing was changed.\n")
    assert below
    assert all(gone(pid) for pid in below)
