"""The handle on gradings of one lesson: what is slow about starting is done once.

Its workers are forked from a warm process, unless processes cannot be forked.
"""

import contextlib
import itertools
import os
import sys
import sysconfig
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from checker.curriculum import Lesson
from checker.curriculum.library import read_curriculum
from checker.judge.session.cancellation import Cancellation, Cancelled
from checker.judge.session.session import Assignment, Session
from checker.judge.session.workers import ForkedWorkers, FreshWorkers, Workers
from checker.judge.session.workroom import Workroom, no_room
from checker.judge.submission import project_folder
from checker.report import CheckResult, Outcome, Report
from checker.subject import PLAIN, can_fork
from checker.subject.removal import remove

OnResult = Callable[[CheckResult], None]
Fingerprint = frozenset[tuple[str, int, int]]

MOST_WORKERS = 4
"""Beyond that, the longest of a lesson's checks and of their chains decide."""


class Killed(RuntimeError):
    """A process that grades was killed, and killed again when the grading was repeated."""


class Grader:
    """Grades one lesson again and again. Use as a context manager.

    A grading is the work of several processes, as many as `workers` or as there are cores. Threads
    may grade at once: each grading has files, databases and a cancellation of its own. Without
    `fork`, each starts from nothing, and gives the same report; by default, what can be is forked.
    `isolation` is the name of a level: of `checker.subject.reached()`, for code not to be trusted.
    """

    def __init__(
        self,
        lesson: Lesson,
        *,
        workers: int | None = None,
        fork: bool | None = None,
        isolation: str = PLAIN,
    ) -> None:
        self.lesson = lesson
        self._isolation = isolation
        self.looked_at: dict[str, frozenset[str]] = {}
        """The project's files whose source each check has read, by check, as last graded."""
        self._room = Workroom()
        self.folder = self._room.folder
        """Where each grading has its files."""
        self._count = workers or min(cores(), MOST_WORKERS)
        self._fork = can_fork() if fork is None else fork
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._sessions: list[Session] = []
        self._finished: list[Path] = []
        """Folders of gradings that are over, whose workers may still be ending."""
        self._source: Workers | None = None
        self._fingerprint: Fingerprint = frozenset()
        self._last: tuple[Path, Report] | None = None
        """The project that was graded last, and its report."""
        self.warm_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The warm process that workers are forked from; None where there is none."""
        return self._source.pid if self._source else None

    @property
    def workers(self) -> list[int]:
        """The processes that grade at the moment, as far as they have begun; each has a group."""
        with self._lock:
            each = [worker.pid for session in self._sessions for worker in session.workers]
        return [pid for pid in each if pid is not None]

    def warm_up(self) -> None:
        """Start what is not running, and start anew where checks or libraries have changed."""
        with self._lock:
            self._warm()

    def grade(
        self,
        submission: Path,
        *,
        seed: int | None = None,
        deadline: float = 10.0,
        first: Sequence[str] = (),
        only: Sequence[str] = (),
        budget: float | None = None,
        on_result: OnResult | None = None,
        cancellation: Cancellation | None = None,
    ) -> Report:
        """Run the lesson's checks against a project tree and report every one of them.

        `deadline` is in seconds, for each request to the submission's code. `budget` is for all
        of them: what has not ended by then has timed out, and a worker that dies costs the
        check that it ran, rather than that all is done once more. The checks named in
        `first` run before the others. `only` names checks that are enough, with what they need; the
        report holds no other. `on_result` is called as each check ends.

        What the first ones need is assumed to pass where it passed in the grading before; where it
        does not, `on_result` is called a second time with their results, as blocked. Raises
        Cancelled, Killed, and UserError where `submission` is no project that can be graded.
        """
        cancellation = cancellation or Cancellation()
        submission = project_folder(submission, self.lesson.course)
        passed, durations = self._history(submission)
        assignment = Assignment(
            self.lesson,
            submission,
            seed=seed,
            deadline=deadline,
            first=first,
            only=only,
            assumed_passed=passed,
            durations=durations,
            budget=budget,
        )

        def note(result: CheckResult, files: frozenset[str]) -> None:
            if result.outcome is not Outcome.BLOCKED:
                self.looked_at[result.id] = files
            if on_result is not None:
                on_result(result)

        for _ in range(2):  # a worker that was killed from outside is worth one more try
            if cancellation.is_requested:
                raise Cancelled
            with contextlib.suppress(EOFError):
                report = self._run(assignment, note, cancellation)
                self._last = submission, report
                return report
        if self._room.is_full():
            raise no_room(self.folder.parent)
        complaint = self._source.complaint() if self._source else ""
        raise Killed(f"the judge's process was killed twice. {complaint}".rstrip())

    def close(self) -> None:
        """End every process, and remove every file."""
        if self._source is not None:
            self._source.close()
        self._room.close()

    def _run(
        self,
        assignment: Assignment,
        on_result: Callable[[CheckResult, frozenset[str]], None],
        cancellation: Cancellation,
    ) -> Report:
        with self._lock:
            source = self._warm()
            while self._finished:
                remove(self._finished.pop())
            folder = self.folder / str(next(self._numbers))
            session = Session(replace(assignment, lesson=self.lesson), folder, on_result)
            self._sessions.append(session)
        try:
            return session.run(source, self._count, cancellation)
        finally:
            with self._lock:
                self._sessions.remove(session)
                self._finished.append(session.folder)

    def _warm(self) -> Workers:
        if not self._fork:
            self._source = self._source or FreshWorkers(self.lesson, self.folder, self._isolation)
            return self._source
        fingerprint = _fingerprint(self.lesson)
        if self._source is not None and fingerprint != self._fingerprint:
            self._source.close()
            self._source = None
            self.lesson = read_curriculum(self.lesson.folder.parents[1]).lesson(self.lesson.id)
        if self._source is None:
            self._fingerprint = fingerprint
            self._source = ForkedWorkers(self.lesson, self.folder, self._isolation)
        return self._source

    def _history(self, submission: Path) -> tuple[frozenset[str], dict[str, int]]:
        """What the grading before tells of this one: what passes, and how long checks take, in ms.

        Of another project it tells only the latter.
        """
        if self._last is None:
            return frozenset(), {}
        project, report = self._last
        passed = {each.id for each in report.checks if each.outcome is Outcome.PASSED}
        durations = {each.id: each.duration_ms for each in report.checks}
        return frozenset(passed if project == submission else ()), durations


class Graders:
    """A grader for each lesson that is asked for, kept until `close`. A context manager."""

    def __init__(self, *, workers: int | None = None, isolation: str = PLAIN) -> None:
        self._workers = workers
        self._isolation = isolation
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
        budget: float | None = None,
        on_result: OnResult | None = None,
    ) -> Report:
        """As `Grader.grade`, against any lesson."""
        if lesson.folder not in self._graders:
            self._graders[lesson.folder] = Grader(
                lesson, workers=self._workers, isolation=self._isolation
            )
        return self._graders[lesson.folder].grade(
            submission,
            seed=seed,
            deadline=deadline,
            only=only,
            budget=budget,
            on_result=on_result,
        )

    def close(self) -> None:
        """End every process, and remove every file."""
        for grader in self._graders.values():
            grader.close()
        self._graders.clear()


def grade(
    lesson: Lesson,
    submission: Path,
    *,
    seed: int | None = None,
    deadline: float = 10.0,
    first: Sequence[str] = (),
    only: Sequence[str] = (),
    on_result: OnResult | None = None,
) -> Report:
    """As `Grader.grade`, once, by a single worker that starts from nothing."""
    with Grader(lesson, workers=1, fork=False) as grader:
        return grader.grade(
            submission, seed=seed, deadline=deadline, first=first, only=only, on_result=on_result
        )


def cores() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _fingerprint(lesson: Lesson) -> Fingerprint:
    """What a warm process holds in memory, as its files are on disk: checks, checker, libraries."""
    root = lesson.folder.parents[1]
    folders = [lesson.folder, lesson.course.folder / "kit", Path(__file__).parents[2]]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix != ".pyc"]
    places = {sysconfig.get_paths()[name] for name in ("purelib", "platlib")}
    files += root.glob("lessons/*/lesson.toml")  # what later lessons supersede
    seen = set()
    for path in (*files, *map(Path, places), Path(sys.executable), root / "requirements.lock"):
        with contextlib.suppress(OSError):
            status = path.stat()
            if not path.is_dir() or str(path) in places:
                seen.add((str(path), status.st_mtime_ns, status.st_size))
    return frozenset(seen)
