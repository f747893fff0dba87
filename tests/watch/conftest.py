"""Watching in a terminal of its own, as the person before it sees it."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pexpect
import pyte
import pytest
from rich.console import Console

from checker.curriculum import load_curriculum
from checker.report import CheckResult, ItemResult, Outcome, Report, verdict
from checker.watch.outline import outline
from checker.watch.state import State
from checker.workspace import create

HERE = Path(__file__).parent
SAMPLES = {"greeting": HERE.parent / "cli/sample", "count": HERE / "sample"}
COMMAND = [sys.executable, "-c", "import sys; from checker.cli import main; sys.exit(main())"]
PATIENCE = 60
"""Seconds after which something that should be on the screen is taken to be missing."""

collect_ignore = ["sample"]


class Watching:
    """`checker watch` in a terminal that remembers what is on its screen."""

    def __init__(
        self, root, *args, command=("watch",), shell=None, stand=None, columns=80, rows=24, **env
    ):
        self.root = root
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # forking where there are threads, as xdist has them
            self.process = pexpect.spawn(
                "/bin/sh" if shell else "/usr/bin/env",
                [*([str(shell)] if shell else []), *COMMAND, *command, *args],
                dimensions=(rows, columns),
                cwd=stand or root.parent,
                env={**os.environ, "TERM": "xterm-256color", "EDITOR": "", "VISUAL": "", **env},
                timeout=PATIENCE,
            )

    def read(self, timeout):
        """Take in what has been written since; False once nothing more will be."""
        try:
            some = self.process.read_nonblocking(65536, timeout)
        except pexpect.EOF:
            return False
        except pexpect.TIMEOUT:
            return True
        self.written += some
        self._stream.feed(some)
        return True

    @property
    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self):
        return "\n".join(self.lines)

    def wait(self, condition, missing):
        """Read on until it holds."""
        late = time.monotonic() + PATIENCE
        while not condition():
            is_open = self.read(1)
            assert is_open or condition(), f"It ended before {missing}:\n{self.text}"
            assert time.monotonic() < late, f"In vain for {missing}:\n{self.text}"

    def until(self, *texts, gone=()):
        """Wait until all of these are on the screen, and none of the others."""

        def there():
            now = self.text
            return all(text in now for text in texts) and not any(text in now for text in gone)

        self.wait(there, f"{texts} without {gone}")

    def press(self, keys):
        self.process.send(keys)

    def write(self, file, text):
        (self.root / file).write_text(text, encoding="utf-8")

    def resize(self, columns, rows):
        self.screen.resize(rows, columns)
        self.screen.reset()
        self.process.setwinsize(rows, columns)

    def ended(self):
        """Wait for the end. Returns the exit code."""
        self.wait(lambda: not self.read(0), "its end")
        self.process.close()
        return self.process.exitstatus

    @property
    def left(self):
        """What stays in the terminal after the end."""
        *_, after = self.written.rpartition(b"\x1b[?1049l")
        screen = pyte.Screen(self.screen.columns, 200)
        pyte.ByteStream(screen).feed(after)
        return "\n".join(line.rstrip() for line in screen.display).rstrip()

    def close(self):
        self.process.close(force=True)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "LINES", "CHECKER_POLL", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def project(here, monkeypatch):
    """Make a workspace at the first lesson of a sample curriculum."""

    def project(sample="greeting", lesson="00"):
        monkeypatch.setenv("CHECKER_CURRICULUM", str(SAMPLES[sample]))
        curriculum = load_curriculum(SAMPLES[sample])
        create(curriculum, here / "my-posts", curriculum.lesson(lesson))
        return here / "my-posts"

    return project


@pytest.fixture
def watching():
    """Start watching a project."""
    started = []

    def watching(root, *args, **options):
        started.append(Watching(root, *args, **options))
        return started[-1]

    yield watching
    for each in started:
        each.close()


@pytest.fixture
def piped():
    """Start watching without a terminal."""
    started = []

    def piped(root, *args, **options):
        defaults = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
        defaults |= {"stderr": subprocess.PIPE, "text": True, "cwd": root.parent}
        started.append(subprocess.Popen([*COMMAND, "watch", *args], **(defaults | options)))
        return started[-1]

    yield piped
    for each in started:
        each.terminate()
        each.communicate()


def solve(root, lesson="00-greeting", sample="greeting"):
    """Write a lesson's solution into a project, as a learner would."""
    shutil.copytree(SAMPLES[sample] / "solutions" / lesson, root, dirs_exist_ok=True)


def oldest(processes, words):
    """The first of these processes with these words in its command line."""
    return next(pid for pid, command in processes.items() if words in command)


@pytest.fixture
def state():
    """A state at the sample's first lesson, before anything has happened."""
    curriculum = load_curriculum(SAMPLES["greeting"])
    lesson = curriculum.lesson("00")
    return State(
        curriculum=curriculum,
        project="my-posts",
        lesson=lesson,
        outline=outline(lesson),
        passed=frozenset(),
    )


def result(id_, outcome=Outcome.PASSED, **told):
    if outcome in (Outcome.FAILED, Outcome.TIMED_OUT, Outcome.ERROR):
        told = {"seen": f"{id_} is red.", "wanted": "Green.", "why": "Because.", **told}
    item = {"00.hello": "structure.main", "00.name": "structure.config"}.get(id_, "model.repr")
    return CheckResult(id=id_, title=f"Title of {id_}", items=(item,), outcome=outcome, **told)


def report(*results, lesson="00-greeting"):
    return Report(
        lesson=lesson,
        outcome=verdict([each.outcome for each in results]),
        isolation="process",
        seed=7,
        duration_ms=1,
        items=tuple(
            ItemResult(
                id=each.items[0], text="-", outcome=verdict([each.outcome]), checks=(each.id,)
            )
            for each in results
        ),
        checks=results,
    )


def console(**options):
    defaults = {"width": 80, "force_terminal": True, "color_system": "256", "markup": False}
    return Console(**defaults | {"emoji": False, "highlight": False} | options)


def left_of(pids):
    """Those processes that are still there when the system has had time to bury the killed ones."""
    late = time.monotonic() + PATIENCE
    while (left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]) and (
        time.monotonic() < late
    ):
        time.sleep(0.02)
    return left


@pytest.fixture
def processes():
    """The process ids below a process, itself left out, with their command lines; older first."""

    def processes(pid):
        found, waiting = {}, [pid]
        while waiting:
            parent = waiting.pop()
            with contextlib.suppress(OSError):
                tasks = Path(f"/proc/{parent}/task").iterdir()
                children = [n for task in tasks for n in (task / "children").read_text().split()]
                for child in map(int, children):
                    with contextlib.suppress(OSError):
                        command = Path(f"/proc/{child}/cmdline").read_bytes()
                        found[child] = command.replace(b"\0", b" ").decode()
                        waiting.append(child)
        return found

    return processes
