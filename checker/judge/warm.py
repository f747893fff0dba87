"""Warm grading: the slow part of starting is done once, and each grading is a fork of it.

`Grader` is the handle. Its judge process has pytest started and the lesson's checks collected, and
has a fork server of the subject's beside it. Whatever kills one of the two costs one grading that
is repeated.
"""

import contextlib
import json
import os
import signal
import socket
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from checker.curriculum import Lesson
from checker.errors import UserError
from checker.judge.grading import grade, project_folder
from checker.judge.server import Server, new_name
from checker.report import CheckResult, Report
from checker.subject import can_fork
from checker.subject.forkserver import ForkServer
from checker.subject.snapshot import remove

OnResult = Callable[[CheckResult], None]
Fingerprint = frozenset[tuple[str, int, int]]


MOST_WORKERS = 4
"""Beyond that, the longest of a lesson's checks and of their chains decide."""


class Cancelled(Exception):
    """The grading was given up, because `cancel` was called."""


class Grader:
    """Grades one lesson again and again. Use as a context manager.

    One grading at a time; `cancel` may be called from another thread. A grading is the work of
    several processes, as many as `workers` or as there are cores. Where processes cannot be forked,
    each grading starts from nothing, and gives the same report.
    """

    def __init__(self, lesson: Lesson, *, workers: int | None = None) -> None:
        self.lesson = lesson
        self.looked_at: dict[str, frozenset[str]] = {}
        """The project's files whose source each check has read, by check, as last graded."""
        self._workers = workers or min(cores(), MOST_WORKERS)
        self._folder = Path(tempfile.mkdtemp(prefix="posts-")).resolve()
        self._gradings = 0
        self._judge = -1
        self._cancelled = False
        self._server: ForkServer | None = None
        self._seen: Fingerprint = frozenset()
        self.warm_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm_up(self) -> None:
        """Start what is not running, and start anew where checks or libraries have changed."""
        if not can_fork():
            return
        seen = _fingerprint(self.lesson)
        if self._server is not None and seen != self._seen:
            self._server.close()
            self._server = None
        if self._server is None:
            self._seen = seen
            arguments = (str(self.lesson.folder.parents[1]), self.lesson.id)
            argv = ("-P", "-X", "utf8", "-m", "checker.judge", *arguments)
            self._server = ForkServer(argv, {**os.environ, "TMPDIR": str(self._folder)})

    def grade(
        self,
        submission: Path,
        *,
        seed: int | None = None,
        deadline: float = 10.0,
        first: Sequence[str] = (),
        on_result: OnResult | None = None,
    ) -> Report:
        """As `checker.judge.grade`; the checks named in `first` run before the others.

        Raises Cancelled, and what `grade` raises.
        """
        self._cancelled = False
        submission = project_folder(submission)
        self.warm_up()
        if self._server is None:
            return grade(self.lesson, submission, seed=seed, deadline=deadline, on_result=on_result)
        request = {
            "submission": str(submission),
            "seed": seed,
            "deadline": deadline,
            "first": list(first),
        }
        for _ in range(2):  # a judge that was killed from outside is worth one more try
            said = self._last_words(request, on_result or _ignore)
            if self._cancelled:
                raise Cancelled
            if refused := said.get("refused"):
                raise UserError(*refused)
            if report := said.get("report"):
                return Report.model_validate_json(report)
        raise RuntimeError("the judge's process was killed twice")

    def cancel(self) -> None:
        """Give up the grading that runs, at once."""
        self._cancelled = True
        if self._judge > 0:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._judge, signal.SIGKILL)

    def close(self) -> None:
        """End every process, and remove every file."""
        if self._server is not None:
            self._server.close()
        remove(self._folder)

    def _last_words(self, request: dict[str, Any], on_result: OnResult) -> dict[str, Any]:
        """What the judge said in the end; nothing where it was killed."""
        assert self._server is not None
        remove(self._folder / str(self._gradings))  # what the grading before may have left
        self._gradings += 1
        folder = self._folder / str(self._gradings)
        folder.mkdir()
        databases = [new_name() for _ in range(self._workers)]
        ended = False
        try:
            with self._server.connect() as talk:
                request |= {"folder": str(folder), "databases": databases}
                for said in _said(talk, request):
                    if "pid" in said:
                        self._judge = said["pid"]
                        if self._cancelled:
                            self.cancel()
                    elif "result" in said:
                        result = CheckResult.model_validate_json(said["result"])
                        self.looked_at[result.id] = frozenset(said["read"])
                        on_result(result)
                    else:
                        ended = True
                        if not Server.named():
                            return said
                        last = said  # it removes its databases before it hangs up
                if ended:
                    return last
        except BaseException:  # Ctrl-C, for one
            self.cancel()
            raise
        finally:
            self._judge = -1
            if not ended and (server := Server.named()):  # killed, it left its databases behind
                for name in databases:
                    server.remove(name)
        return {}


def cores() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _ignore(_: CheckResult) -> None:
    """What is done with a result that nobody waits for."""


def _said(talk: socket.socket, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Everything that a judge says about a request, until it hangs up."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError), talk.makefile("rwb") as stream:
        stream.write(json.dumps(request).encode() + b"\n")
        stream.flush()
        for line in stream:
            yield json.loads(line)


def _fingerprint(lesson: Lesson) -> Fingerprint:
    """What a warm process holds in memory, as its files are on disk: checks, checker, libraries."""
    root = lesson.folder.parents[1]
    folders = [lesson.folder, Path(__file__).parents[1]]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix != ".pyc"]
    places = {sysconfig.get_paths()[name] for name in ("purelib", "platlib")}
    seen = set()
    for path in (*files, *map(Path, places), Path(sys.executable), root / "requirements.lock"):
        with contextlib.suppress(OSError):
            status = path.stat()
            if not path.is_dir() or str(path) in places:
                seen.add((str(path), status.st_mtime_ns, status.st_size))
    return frozenset(seen)
