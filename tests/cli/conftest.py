"""The command line over sample curricula, in this process or in one of its own."""

import contextlib
import os
import pty
import select
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from checker.cli import main
from checker.ports import free_port

HERE = Path(__file__).parent
SOLUTIONS = HERE / "sample" / "solutions"
COMMAND = [sys.executable, "-c", "import sys; from checker.cli import main; sys.exit(main())"]

collect_ignore = ["broken", "endless", "sample"]


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty folder to work in, with the sample curriculum."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHECKER_CURRICULUM", str(HERE / "sample"))
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def other(monkeypatch):
    """Take another of the sample curricula."""

    def other(name):
        monkeypatch.setenv("CHECKER_CURRICULUM", str(HERE / name))

    return other


@pytest.fixture
def run(capsys):
    """Run one command line."""

    def run(*args):
        capsys.readouterr()
        code = main([str(arg) for arg in args])
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    return run


@pytest.fixture
def process():
    """Start one command line in a process of its own."""

    def process(*args, **options):
        defaults = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "env": os.environ}
        defaults |= {"stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen([*COMMAND, *map(str, args)], **(defaults | options))

    return process


def succeed(*args, folder):
    """Run one command line over the sample curriculum, in a process of its own in this folder."""
    env = {**os.environ, "CHECKER_CURRICULUM": str(HERE / "sample")}
    subprocess.run([*COMMAND, *args], cwd=folder, env=env, check=True, capture_output=True)


@pytest.fixture(scope="session")
def workspaces(tmp_path_factory):
    """Two workspaces to be copied: one just started, one whose first lesson is passed."""
    folder = tmp_path_factory.mktemp("workspaces")
    succeed("start", folder=folder)
    (folder / "my-posts").rename(folder / "started")
    shutil.copytree(folder / "started", folder / "passed")
    shutil.copytree(SOLUTIONS / "00-greeting", folder / "passed", dirs_exist_ok=True)
    succeed("check", "--path", "passed", folder=folder)
    return folder


@pytest.fixture
def started(workspaces, here):
    """A new workspace at the first lesson."""
    return shutil.copytree(workspaces / "started", here / "my-posts")


@pytest.fixture
def solve():
    """Write a lesson's solution into a workspace, as a learner would."""

    def solve(root, lesson):
        shutil.copytree(SOLUTIONS / lesson, root, dirs_exist_ok=True)

    return solve


@pytest.fixture
def passed(workspaces, here):
    """A workspace whose first lesson is passed."""
    return shutil.copytree(workspaces / "passed", here / "my-posts")


@pytest.fixture
def at_terminal():
    """Run one command line at a terminal of its own and give what it showed, plain or not."""

    def at_terminal(*args, answer="", **env):
        ours, theirs = pty.openpty()
        child = subprocess.Popen(
            [*COMMAND, *args],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "dumb", **env},
            start_new_session=True,
        )
        os.close(theirs)
        if answer:
            os.write(ours, f"{answer}\n".encode())
        said = b""
        with contextlib.suppress(OSError):  # how a terminal says that nobody holds it any more
            while some := os.read(ours, 4096):
                said += some
        os.close(ours)
        child.wait()
        return said.decode().replace("\r\n", "\n")

    return at_terminal


@pytest.fixture
def port():
    """A port that nobody listens on."""
    return free_port()


@pytest.fixture
def announced(here, monkeypatch):
    """Wait until a check of the curriculum `endless` is about to begin."""
    pipe = here / "announced"
    os.mkfifo(pipe)
    monkeypatch.setenv("ANNOUNCED", str(pipe))
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    def wait():
        assert select.select([reading], [], [], 60)[0], "the check has not begun"
        assert os.read(reading, 100) == b"checking"

    yield wait
    os.close(reading)
