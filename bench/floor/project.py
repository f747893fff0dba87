"""The project as a check on the floor sees it, its probes and its commands."""

import asyncio
import inspect
import runpy
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.floor.fork import Ended, in_fork
from bench.floor.place import Case, Memory, Needs, NeedsMore, Place, state
from checker.judge.evidence import CommandResult

PATCHING = frozenset(
    {
        "break_posts",
        "cancel_a_request",
        "miss_posts",
        "replace_get_db",
        "suite",
        "watch_services",
    }
)
"""Probes that change for good what is imported: a check that asks one gets a fork of its own."""


class Project:
    """The project as one check sees it, and what the check turned out to need."""

    def __init__(self, place: Place, case: Case) -> None:
        self.place = place
        self.root = place.root
        self.deadline = 10.0
        self.env = place.env
        self.alone = case.needs.alone
        self.needs = Needs()
        self._check = case.id
        self._files = state(self.root) if place.watched else {}

    @property
    def beside(self) -> Path:
        return self.place.beside(self._check)

    def write(self, file: str, text: str) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def remove(self, file: str) -> None:
        (self.root / file).unlink(missing_ok=True)

    def note(self, *, fork: bool = False, pristine: bool = False) -> None:
        """Note what a request needs. Raises NeedsMore where this process is no place for it."""
        wrote = bool(self._files) and state(self.root) != self._files
        elsewhere = self.env != self.place.env
        self.needs |= Needs(fork, pristine or wrote or elsewhere, wrote)
        if self.needs.alone and not self.alone:
            raise NeedsMore(self.needs)

    def enter(self) -> None:
        self.place.enter(self.env)

    def apart(self, work: Callable[[], Any], *, ends: bool = False) -> Any:
        """Do a probe's or a command's work: in a fork, where this process is not shared anyway.

        Also in the rehearsal where it might end its process.
        """
        if not (self.alone or (ends and self.place.watched)):
            return work()

        def entered() -> Any:
            self.enter()
            return work()

        return in_fork(entered)

    def printed_since(self, start: int) -> str:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        with self.place.output.open(encoding="utf-8", errors="replace") as stream:
            stream.seek(start)
            return stream.read()

    def printed(self) -> int:
        """How many bytes have been printed until now."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        return self.place.output.stat().st_size if self.place.output.exists() else 0


class Probe:
    """Calls functions of the lesson's `probes.py`."""

    def __init__(self, project: Project, probes: ModuleType, memory: Memory) -> None:
        self._project = project
        self._probes = probes
        self._memory = memory

    def __call__(self, name: str, *, doing: str = "", **args: Any) -> Any:
        self._project.note(fork=name in PATCHING)
        return self._project.apart(lambda: called(getattr(self._probes, name), args))

    def afresh(self, name: str, *, doing: str = "", **args: Any) -> Any:
        self._project.note(pristine=True)
        return self(name, **args)

    def shared(self, name: str, *, doing: str = "", **args: Any) -> Any:
        key = f"{name}:{sorted(args.items())!r}"
        if key not in self._memory:
            self._memory[key] = self(name, **args)
        return self._memory[key]


class Command:
    """Runs a Python command, such as alembic, as `python -m` would."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def __call__(self, *argv: str, deadline: float | None = None) -> CommandResult:
        project = self._project
        project.note()
        start = project.printed()
        try:
            status = project.apart(lambda: _run_module(argv), ends=True)
        except Ended as ended:  # mypy does, by os._exit
            project.note(fork=True)
            status = ended.status
        output = project.printed_since(start).replace(f"{project.root}/", "")
        return CommandResult(argv, status, output)

    def must(self, *argv: str, wanted: str = "", deadline: float | None = None) -> CommandResult:
        outcome = self(*argv)
        assert outcome.status == 0, f"{' '.join(argv)}: {outcome.last_line}"
        return outcome


def called(function: Callable[..., Any], args: Mapping[str, Any]) -> Any:
    found = function(**args)
    return asyncio.run(found) if inspect.iscoroutine(found) else found


def _run_module(argv: Sequence[str]) -> int:
    """Run a module as `python -m` would. Gives back its exit status."""
    sys.argv = list(argv)
    try:
        runpy.run_module(argv[0], run_name="__main__", alter_sys=True)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    return 0
