"""Hostile submissions, and what must be true after each: nothing gained, nothing left behind."""

import shutil
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.composition import solved, write
from checker.judge import Graders
from checker.report import Outcome
from checker.subject import obstacle

CURRICULUM = load_curriculum()
LEVEL = "namespaces"
SECRET = "HOSTILE_SECRET"
KEY = str(0x686F7374)
"""Of the shared memory that one of them makes."""
PLACES = (Path("/tmp"), Path("/dev/shm"), Path("/var/tmp"))


def pytest_collection_modifyitems(items):
    for item in items:
        if "hostile" in item.path.parts and (reason := obstacle(LEVEL)):
            item.add_marker(pytest.mark.skip(reason=f"no {LEVEL} here: {reason}"))


@pytest.fixture(scope="session")
def graders():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECRET, "the judge's")
        with Graders(workers=1, isolation=LEVEL) as opened:
            yield opened


@pytest.fixture(scope="session")
def port():
    """A port of this machine's, and a name without a file, at which somebody listens."""
    with ExitStack() as open_:
        tcp = open_.enter_context(socket.create_server(("127.0.0.1", 0)))
        number = tcp.getsockname()[1]
        unix = open_.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(f"\0listener-{number}")
        unix.listen()
        yield number


@pytest.fixture
def submission(tmp_path, port):
    """A lesson's solution, or what it starts from, with one file of a hostile author's in it."""
    made = []

    def make(lesson, attack: Path | None, *, at="app/__init__.py", over=solved) -> Path:
        project = tmp_path / f"project-{len(made)}"
        write(over(CURRICULUM, lesson), project)
        if attack is not None:
            text = attack.read_text(encoding="utf-8").replace("@PORT@", str(port))
            (project / at).parent.mkdir(parents=True, exist_ok=True)
            (project / at).write_text(text, encoding="utf-8")
        made.append(project)
        return project

    yield make
    for project in made:
        shutil.rmtree(project, ignore_errors=True)


def earned(report) -> set[str]:
    """The items and checks that passed."""
    items = {item.id for item in report.items if item.outcome == "passed"}
    return items | {check.id for check in report.checks if check.outcome is Outcome.PASSED}


@pytest.fixture
def nothing_left(graders, port):
    """Called after a grading: no process, file, socket or mount is there that was not before."""
    before = seen(graders)

    def look() -> None:
        end = time.monotonic() + 30
        while (left := seen(graders) - before) and time.monotonic() < end:
            time.sleep(0.05)  # the kernel is still ending them
        assert not left

    return look


def seen(graders) -> set[str]:
    """What an attack could leave: processes that see the folder in which gradings have their files,
    files in places that all may write to, mounts, sockets with a name, shared memory."""
    rooms = [str(grader.folder) for grader in graders._graders.values()]
    found = {f"process {p.name}" for p in Path("/proc").iterdir() if _is_enclosed(p.name, rooms)}
    found |= {f"file {path}" for place in PLACES for path in place.glob("*hostile*")}
    found |= {f"mount {line}" for line in _lines("/proc/self/mountinfo") if "checker" in line}
    found |= {f"socket {line}" for line in _lines("/proc/net/unix") if "hostile" in line}
    found |= {f"memory {line}" for line in _lines("/proc/sysvipc/shm") if KEY in line.split()}
    return found


def _is_enclosed(name: str, rooms: list[str]) -> bool:
    """Whether it is a process that has a grading's folder mounted."""
    mounts = "\n".join(_lines(f"/proc/{name}/mountinfo")) if name.isdigit() else ""
    return any(room in mounts for room in rooms)


def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text().splitlines()
    except OSError:
        return []
