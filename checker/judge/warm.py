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
from checker.judge.databases.server import Server, new_name
from checker.judge.grading import grade, project_folder
from checker.report import CheckResult, Outcome, Report
from checker.subject import can_fork
from checker.subject.forkserver import ForkServer
from checker.subject.snapshot import remove

OnResult = Callable[[CheckResult], None]
Fingerprint = frozenset[tuple[str, int, int]]


MOST_WORKERS = 4
"""Beyond that, the longest of a lesson's checks and of their chains decide."""


_ROOM = 512 * 1024**2
_MOST_COMPLAINT = 2_000
"""Characters."""


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
        self.folder = Path(tempfile.mkdtemp(prefix="posts-", dir=_roomy())).resolve()
        """Where each grading has its files."""
        self._errors = self.folder / "errors"
        """What the judges have written to their standard error: nothing, where all is well."""
        self._gradings = 0
        self.judge = -1
        """The process that grades at the moment, and its group; -1 while none does."""
        self._cancelled = False
        self._server: ForkServer | None = None
        self._seen: Fingerprint = frozenset()
        self._last: tuple[Path, Report] | None = None
        """The project that was graded last, and its report."""
        self.warm_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The warm process that the judges are forked from; None where there is none."""
        return self._server.pid if self._server else None

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
            root = self.lesson.folder.parents[1]
            self._server = ForkServer(
                ("-P", "-X", "utf8", "-m", "checker.judge", str(root), self.lesson.id),
                {**os.environ, "TMPDIR": str(self.folder)},
                cwd=root,  # the learner's own may be removed and made anew
                errors=self._errors,
            )

    def grade(
        self,
        submission: Path,
        *,
        seed: int | None = None,
        deadline: float = 10.0,
        first: Sequence[str] = (),
        only: Sequence[str] = (),
        on_result: OnResult | None = None,
    ) -> Report:
        """As `checker.judge.grade`; the checks named in `first` run before the others.

        `only` names checks that are enough, with what they need; the report holds no other.

        What those need is believed to pass where it passed in the grading before; where it does
        not, their results are told a second time, as blocked. Raises Cancelled, and what `grade`
        raises.
        """
        self._cancelled = False
        submission = project_folder(submission, self.lesson.course)
        self.warm_up()
        if self._server is None:
            return grade(self.lesson, submission, seed=seed, deadline=deadline, on_result=on_result)
        request = {
            "submission": str(submission),
            "seed": seed,
            "deadline": deadline,
            "first": list(first),
            "only": list(only),
            **self._known(submission),
        }
        for _ in range(2):  # a judge that was killed from outside is worth one more try
            said = self._last_words(request, on_result or _ignore)
            if self._cancelled:
                raise Cancelled
            if refused := said.get("refused"):
                raise UserError(*refused)
            if told := said.get("report"):
                self._last = submission, Report.model_validate_json(told)
                return self._last[1]
        raise RuntimeError(f"the judge's process was killed twice. {self._complaint()}".rstrip())

    def _complaint(self) -> str:
        """The last of what the judges have complained of."""
        with contextlib.suppress(OSError):
            return self._errors.read_text("utf-8", errors="replace")[-_MOST_COMPLAINT:].strip()
        return ""

    def _known(self, submission: Path) -> dict[str, Any]:
        """What the grading before tells of this one: what passes, and how long checks take, in ms.

        Of another project it tells only the latter.
        """
        if self._last is None:
            return {"believed": [], "took": {}}
        project, report = self._last
        passed = [each.id for each in report.checks if each.outcome is Outcome.PASSED]
        took = {each.id: each.duration_ms for each in report.checks}
        return {"believed": passed if project == submission else [], "took": took}

    def cancel(self) -> None:
        """Give up the grading that runs, at once."""
        self._cancelled = True
        if self.judge > 0:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.judge, signal.SIGKILL)

    def close(self) -> None:
        """End every process, and remove every file."""
        if self._server is not None:
            self._server.close()
        remove(self.folder)

    def _last_words(self, request: dict[str, Any], on_result: OnResult) -> dict[str, Any]:
        """What the judge said in the end; nothing where it was killed."""
        assert self._server is not None
        remove(self.folder / str(self._gradings))  # what the grading before may have left
        self._gradings += 1
        folder = self.folder / str(self._gradings)
        folder.mkdir()
        databases = [new_name() for _ in range(self._workers)]
        heard: dict[str, Any] = {}
        try:
            with self._server.connect() as talk:
                request |= {"folder": str(folder), "databases": databases}
                heard = self._hear(talk, request, on_result)
        except BaseException:  # Ctrl-C, for one
            self.cancel()
            raise
        finally:
            self.judge = -1
            if not heard and (server := Server.named()):  # killed, it left its databases behind
                for name in databases:
                    server.remove(name)
        return heard

    def _hear(
        self, talk: socket.socket, request: dict[str, Any], on_result: OnResult
    ) -> dict[str, Any]:
        heard: dict[str, Any] = {}
        for said in _said(talk, request):
            if "pid" in said:
                self.judge = said["pid"]
                if self._cancelled:
                    self.cancel()
            elif "result" in said:
                result = CheckResult.model_validate_json(said["result"])
                if result.outcome is not Outcome.BLOCKED:
                    self.looked_at[result.id] = frozenset(said["read"])
                on_result(result)
            else:
                heard = said
                if not Server.named():
                    break  # on a server, it removes its databases before it hangs up
        return heard


class Graders:
    """A warm grader for each lesson that is asked for, kept until `close`. A context manager."""

    def __init__(self, *, workers: int | None = None) -> None:
        self._workers = workers
        self._graders: dict[Path, Grader] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def grade(
        self,
        lesson: Lesson,
        submission: Path,
        *,
        seed: int | None = None,
        deadline: float = 10.0,
        only: Sequence[str] = (),
        on_result: OnResult | None = None,
    ) -> Report:
        """As `Grader.grade`, against any lesson."""
        if lesson.folder not in self._graders:
            self._graders[lesson.folder] = Grader(lesson, workers=self._workers)
        return self._graders[lesson.folder].grade(
            submission, seed=seed, deadline=deadline, only=only, on_result=on_result
        )

    def close(self) -> None:
        """End every process, and remove every file."""
        for grader in self._graders.values():
            grader.close()
        self._graders.clear()


def _roomy() -> Path | None:
    """A folder in memory with room for some gradings; None for the usual temporary folder.

    A database there need not wait for a disk at each commit.
    """
    folder = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    with contextlib.suppress(OSError, AttributeError):
        status = os.statvfs(folder)
        if os.access(folder, os.W_OK) and status.f_bavail * status.f_frsize > _ROOM:
            return folder
    return None


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
    folders = [lesson.folder, lesson.course.folder / "kit", Path(__file__).parents[1]]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix != ".pyc"]
    places = {sysconfig.get_paths()[name] for name in ("purelib", "platlib")}
    seen = set()
    for path in (*files, *map(Path, places), Path(sys.executable), root / "requirements.lock"):
        with contextlib.suppress(OSError):
            status = path.stat()
            if not path.is_dir() or str(path) in places:
                seen.add((str(path), status.st_mtime_ns, status.st_size))
    return frozenset(seen)
