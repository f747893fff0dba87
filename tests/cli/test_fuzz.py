"""Commands that replace files, with saves and signals at random moments: no byte is lost.

CHECKER_FUZZ_STEPS says how many commands each seed runs. What a grading says is no matter here, so
that a made-up report stands in for it.
"""

import ctypes
import errno
import faulthandler
import os
import random
import shutil
import signal
import sys
import time
import warnings

import pytest

from checker import cli
from checker.cli import app, grading
from checker.curriculum import load_curriculum
from checker.report import Report, Verdict
from checker.watch.commands import perform
from checker.watch.events import PutBack
from checker.workspace import backups, create, mend

from .conftest import HERE

STEPS = int(os.environ.get("CHECKER_FUZZ_STEPS", "25"))
FILES = ["app/greeting.py", "app/farewell.py", "app/manners.py", "app/ideas.py"]
SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, signal.SIGINT]
CODES = {0, 1, 2, 130, 143, 129}
MOMENT = 0.06
"""Seconds in which a command is mostly done."""


class Editor:
    """Saves what never was before, and knows exactly what it has thrown away itself."""

    def __init__(self, root, graveyard, choose):
        self._root = root
        self._graveyard = graveyard
        self._choose = choose
        self._libc = ctypes.CDLL(None, use_errno=True)
        self.saved = {}
        """Everything that must still be somewhere."""

    def act(self):
        self._choose.choice([self.write, self.write, self.replace, self.replace, self.remove])(
            self._root / self._choose.choice(FILES)
        )

    def _new(self):
        content = f"# save {len(self.saved)} {self._choose.random()}\n".encode()
        self.saved[content] = None
        return content

    def _grave(self):
        return self._graveyard / str(self._choose.random())

    def write(self, path):
        """In place. What the very file held before is the editor's own to lose."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
        except FileNotFoundError:  # nor is the folder there now
            return
        content = self._new()
        before = os.read(descriptor, 100_000)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, content, 0)
        os.close(descriptor)
        self.saved.pop(before, None)

    def replace(self, path):
        """By way of another file, as most editors do; what was there goes to the graveyard."""
        new = self._grave()
        new.write_bytes(self._new())
        swapped = self._libc.renameat2(-100, bytes(new), -100, bytes(path), 2)
        if swapped != 0:
            assert ctypes.get_errno() == errno.ENOENT
            try:
                os.link(new, path)
            except OSError:
                return

    def remove(self, path):
        try:
            path.rename(self._grave())
        except FileNotFoundError:
            return


def report(lesson):
    return Report(
        lesson=lesson.id,
        outcome=Verdict.PASSED,
        isolation="process",
        seed=1,
        duration_ms=1,
        items=(),
        checks=(),
    )


@pytest.fixture
def started_by_fork(here, monkeypatch):
    """Run a command line in a copy of this process, which has everything imported."""
    monkeypatch.setattr(grading, "grade_all", lambda lessons, *_, **__: list(map(report, lessons)))
    assert app

    def started_by_fork(do, output):
        # A signal waits until the copy is ready for it: it must never get out into pytest's code.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # forking where there are threads, as xdist has them
            pid = os.fork()
        if pid:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            return pid
        code = 99
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            for stream in (1, 2):
                os.dup2(output.fileno(), stream)
            sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
            code = do()
            sys.stdout.flush()
        except KeyboardInterrupt:  # it came before the command had begun, or after
            code = 130
        finally:
            os._exit(code)
        return None

    return started_by_fork


def everything(*roots):
    return {p.read_bytes() for root in roots for p in root.rglob("*") if p.is_file()}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_byte_is_lost(here, started_by_fork, seed):
    choose = random.Random(seed)
    curriculum = load_curriculum(HERE / "sample")
    root, graveyard = here / "my-posts", here / "graveyard"
    graveyard.mkdir()
    create(curriculum, root, curriculum.lesson("00"))
    editor = Editor(root, graveyard, choose)
    ends = {}

    def put_back():
        perform(PutBack(curriculum.lesson("00")), curriculum, root, lambda _: None)
        return 0

    def command():
        number = str(choose.randint(1, max(1, len(backups(root)))))
        return choose.choice(
            [
                put_back,
                ("reset", choose.choice(["00", "01", "02"]), "--yes"),
                ("reset", "--yes"),
                ("catch-up", choose.choice(["00", "01", "02"]), "--yes"),
                ("catch-up", choose.choice(["00", "01", "02"]), "--yes"),
                ("restore", number, "--yes"),
                ("restore", number, "--yes"),
                ("restore", number, "--dry-run"),
                ("start", choose.choice(["00", "01", "02"])),
                ("check", "--format", "json", "--output", f"my-posts/{choose.choice(FILES)}"),
                ("solution", "00", "--reveal"),
            ]
        )

    for step in range(STEPS):
        if STEPS > 25:
            faulthandler.dump_traceback_later(300, exit=True, file=sys.__stderr__)
        wanted = command()
        number = choose.choice([None, None, None, *SIGNALS])
        with (here / "said").open("w+") as said:
            do = wanted if callable(wanted) else lambda wanted=wanted: cli.main(list(wanted))
            pid = started_by_fork(do, said)
            todo = [editor.act] * choose.randint(0, 3)
            todo += [lambda pid=pid, number=number: os.kill(pid, number)] if number else []
            choose.shuffle(todo)
            for each in todo:
                time.sleep(choose.uniform(0, MOMENT / len(todo)))
                each()
            _, status = os.waitpid(pid, 0)
            code = os.waitstatus_to_exitcode(status)
            said.seek(0)
            text = said.read()
        told = f"seed {seed}, step {step}: {wanted}, signal {number}, exit {code}\n{text}"
        assert "Traceback" not in text, told
        assert code in CODES or code == -(number or 0), told  # it came before the command began
        ends[code] = ends.get(code, 0) + 1
        if step % 10 == 0 or step == STEPS - 1:
            mend(root)
            lost = editor.saved.keys() - everything(root, graveyard)
            assert not lost, f"{lost} lost by {told}"
            unknown = {p.name for p in (root / ".checker").iterdir()}
            assert unknown <= {".gitignore", "backups", "progress.json"}, told
    print(f"seed {seed}: {STEPS} steps, {len(editor.saved)} saves kept, ends {ends}")
    shutil.rmtree(graveyard)
