"""Evidence from a process that runs on: started as an operator would, sent signals, waited for."""

import importlib.util
import signal
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from checker.judge.evidence.context import Grading
from checker.judge.evidence.project import Project, value_of
from checker.judge.witness import witnessed
from checker.subject import Answer, Died, ProtocolError
from checker.subject.printed import last_printed

MOST_PRINTED = 4 * 2**20


class Running:
    """A process that was started as an operator would."""

    def __init__(self, project: Project, pid: int) -> None:
        self._subject = project.subject
        self._root = project.root
        self.pid = pid
        """Its number where it runs, which may be another one here."""
        self.status: int | None = None
        """How it ended: negative for the signal that ended it. None while it runs."""

    @witnessed
    def printed(self) -> str:
        """What it has printed so far, both streams together, with the project's path left out."""
        printed = last_printed(self._subject.output_of(self.pid), MOST_PRINTED)
        return printed.replace(f"{self._root}/", "")

    @property
    @witnessed
    def outside(self) -> int | None:
        """Its number here; None where it has ended."""
        return self._subject.outside(self.pid)

    @property
    @witnessed
    def worked(self) -> float:
        """Seconds of processor time that it has taken so far; 0 where it has ended."""
        try:
            times = psutil.Process(self._subject.outside(self.pid) or 0).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self.status is None:
            self._subject.signal(self.pid, number)

    @witnessed
    def wait(self, seconds: float = 0.0) -> int | None:
        """How it ended; None where it still runs after that time."""
        if self.status is None:
            answer: Answer = self._subject.wait(self.pid, seconds)
            self.status = answer.status if isinstance(answer, Died) else None
        return self.status

    def end(self, seconds: float) -> None:
        """Send it SIGTERM, and end by force what still runs after that time."""
        self.signal(signal.SIGTERM)
        self.wait(seconds)
        self.stop()

    def stop(self) -> None:
        """End it by force, with all that it has started."""
        if self.status is None:
            with suppress(ProtocolError):  # it had ended when nobody waited for its answer any more
                self._subject.stop(self.pid, gently=False)
            self.status = -9


class Launch:
    """Start a Python command that runs on: `launch("uvicorn", "app.main:app")`."""

    def __init__(self, project: Project, bytecode: Path, memory: dict[str, Any]) -> None:
        self._project = project
        self._known: set[tuple[str, ...]] = memory.setdefault("launched", set())
        """What has been started in an interpreter of its own, in this grading."""
        self._running: list[Running] = []
        self._usual = {} if _is_compiled() else _keeping(bytecode)

    def __call__(
        self, *argv: str, env: Mapping[str, str] | None = None, often: bool = False
    ) -> Running:
        """The process, just started. `env` comes before the check's own environment.

        Of what is started `often`, only the first in a grading has an interpreter of its own; the
        others are forked from a process that has the libraries, and share its `hash` of texts.
        """
        project = self._project
        answer = project.subject.launch(
            argv,
            root=project.root,
            env={**self._usual, **(env or {}), **project.env},
            deadline=project.deadline,
            forked=often and argv in self._known,
        )
        self._known.add(argv)
        pid = value_of(answer, f"starting {' '.join(argv)}")
        running = Running(project, pid)
        self._running.append(running)
        project.output, project.request = partial(_end_of, running), None
        return running

    def close(self) -> None:
        for running in self._running:
            running.stop()


def _end_of(running: Running) -> str:
    return running.printed()[-16_000:]


def _is_compiled() -> bool:
    """Whether the libraries were compiled when they were installed, which not all installers do."""
    return Path(importlib.util.cache_from_source(pytest.__file__)).exists()


def _keeping(bytecode: Path) -> dict[str, str]:
    """Variables by which several processes compile the libraries once."""
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(bytecode)}


@pytest.fixture
def launch(grading: Grading, project: Project) -> Iterator[Launch]:
    """Starts processes for this check alone."""
    launching = Launch(project, grading.shared / "bytecode", grading.memory)
    yield launching
    launching.close()
