"""Grades the mutants of a lesson, several at a time, each warm and to its first failing check."""

import tempfile
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue
from typing import Self

from checker.curriculum import Curriculum, Lesson
from checker.curriculum.composition import Tree, solved, write
from checker.curriculum.library import CurriculumError
from checker.curriculum.mutants import Key, Mutant
from checker.judge.claim import UNREAD
from checker.judge.session import Cancellation, Cancelled, Grader
from checker.report import CheckResult, Outcome, Report

SEED = 1
"""Of every grading, so that a run can be repeated."""

DEADLINE = 30.0
"""Seconds for each answer: more than usual, since what is only slow on a busy machine counts as
noticed."""


class Fate(StrEnum):
    """What became of a mutant."""

    NOTICED = "noticed"
    SURVIVED = "survived"
    ERROR = "error"
    """A check ended in an error, or had no words for what it was given: the checker's own fault,
    whatever else was noticed."""


@dataclass(frozen=True)
class Graded:
    """A mutant and what became of it."""

    mutant: Mutant
    fate: Fate
    by: str = ""
    """The check that noticed it, or that ended in an error."""
    seen: str = ""


def grade_mutants(
    curriculum: Curriculum,
    lesson: Lesson,
    mutants: Sequence[Mutant],
    *,
    jobs: int,
    checks: Mapping[Key, Sequence[str]] | None = None,
    later: bool = False,
    whole: bool = False,
) -> Generator[Graded, None, None]:
    """What becomes of each mutant, as it is found out, `jobs` at a time.

    `checks` names, for some, those of the lesson's checks that are enough; all look at the others.
    `later`: those that survive are graded by later lessons too, where their file is still in use.
    `whole`: no grading stops at the first failure, so that every error is found. Raises
    CurriculumError where the reference itself does not pass.
    """
    lessons = (lesson, *_later(curriculum, lesson)) if later else (lesson,)
    found_by: dict[str, list[str]] = {}
    stopped = threading.Event()
    with ExitStack() as stack:
        desks = [
            stack.enter_context(_Desk(curriculum, lessons, found_by, whole)) for _ in range(jobs)
        ]
        free: SimpleQueue[_Desk] = SimpleQueue()
        for desk in desks:
            free.put(desk)

        def one(mutant: Mutant) -> Graded:
            if stopped.is_set():
                raise Cancelled
            desk = free.get()
            try:
                return desk.grade(mutant, checks.get(mutant.key, ()) if checks else ())
            finally:
                free.put(desk)

        pool = ThreadPoolExecutor(jobs)
        futures = [pool.submit(one, mutant) for mutant in mutants]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            _end(futures, [desk.cancel for desk in desks])


def _end(futures: Sequence["Future[Graded]"], cancels: Sequence[Callable[[], None]]) -> None:
    """Give up what is still being graded; a grading may begin just now, so more than once."""
    while running := [future for future in futures if not future.done()]:
        for cancel in cancels:
            cancel()
        wait(running, timeout=0.2)


def _later(curriculum: Curriculum, lesson: Lesson) -> tuple[Lesson, ...]:
    return curriculum.lessons[curriculum.lessons.index(lesson) + 1 :]


class _Desk:
    """Where one mutant at a time is graded: by the lesson, then by later ones."""

    def __init__(
        self,
        curriculum: Curriculum,
        lessons: Sequence[Lesson],
        found_by: dict[str, list[str]],
        whole: bool,
    ) -> None:
        self._curriculum = curriculum
        self._lessons = lessons
        self._found_by = found_by
        self._whole = whole
        self._benches: dict[str, _Bench] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for bench in self._benches.values():
            bench.close()

    def grade(self, mutant: Mutant, only: Sequence[str]) -> Graded:
        own = self._bench(self._lessons[0])
        file = mutant.key.file
        graded = own.grade(mutant, self._found_by.setdefault(file, []), only, whole=self._whole)
        for lesson in self._lessons[1:]:
            if graded.fate is not Fate.SURVIVED:
                break
            bench = self._bench(lesson)
            if bench.tree.get(file) == own.tree[file]:
                graded = bench.grade(mutant, [], (), whole=self._whole)
        return graded

    def cancel(self) -> None:
        for bench in list(self._benches.values()):
            bench.cancellation.cancel()

    def _bench(self, lesson: Lesson) -> "_Bench":
        if lesson.id not in self._benches:
            self._benches[lesson.id] = _Bench(lesson, solved(self._curriculum, lesson))
        return self._benches[lesson.id]


class _Bench:
    """The reference as one lesson leaves it, in a folder, and a warm grader of one worker."""

    def __init__(self, lesson: Lesson, tree: Tree) -> None:
        self.tree = tree
        self._folder = tempfile.TemporaryDirectory(prefix="posts-mutants-")
        self._project = Path(self._folder.name) / "project"
        self.grader = Grader(lesson, workers=1)
        self.cancellation = Cancellation()
        """That of the grading that goes on."""
        self._quick: list[str] = []
        """The checks, the quickest first."""

    def close(self) -> None:
        self.grader.close()
        self._folder.cleanup()

    def grade(
        self, mutant: Mutant, found_by: list[str], only: Sequence[str], *, whole: bool
    ) -> Graded:
        """Grade one mutant. `found_by`, the checks that noticed others of its file, come first."""
        if not self._quick:
            self._begin()
        path = self._project / mutant.key.file
        path.write_text(mutant.code, encoding="utf-8")
        try:
            graded = self._graded(mutant, found_by, only, whole)
        finally:
            path.write_bytes(self.tree[mutant.key.file].read_bytes())
        if graded.fate is Fate.NOTICED:
            found_by[:] = [graded.by, *(each for each in found_by if each != graded.by)]
        return graded

    def _begin(self) -> None:
        """Grade the reference itself: what passes, and how long each check takes."""
        write(self.tree, self._project)
        report = self.grader.grade(self._project, seed=SEED, deadline=DEADLINE)
        for check in report.checks:
            if check.is_open:
                raise CurriculumError(
                    f"The reference does not pass {check.id}: {check.seen}",
                    f"Mend it first. See: checker dev verify {report.lesson}",
                )
        self._quick = [each.id for each in sorted(report.checks, key=lambda it: it.duration_ms)]

    def _graded(
        self, mutant: Mutant, found_by: Sequence[str], only: Sequence[str], whole: bool
    ) -> Graded:
        seen: list[CheckResult] = []

        def heed(result: CheckResult) -> None:
            """Stop at a failure, but not where a check is in error: it may yet turn out blocked."""
            if _of_result(result) is not Fate.SURVIVED:
                seen.append(result)
                if not whole and all(_of_result(each) is Fate.NOTICED for each in seen):
                    self.cancellation.cancel()

        self.cancellation = Cancellation()
        first = [
            check for check in dict.fromkeys([*found_by, *self._quick]) if not only or check in only
        ]
        try:
            report = self.grader.grade(
                self._project,
                seed=SEED,
                deadline=DEADLINE,
                first=first,
                only=only,
                on_result=heed,
                cancellation=self.cancellation,
            )
        except Cancelled:
            if not seen:
                raise
            return Graded(mutant, Fate.NOTICED, seen[0].id, seen[0].seen)
        except RuntimeError as error:
            return Graded(mutant, Fate.ERROR, seen=str(error))
        return _of_report(mutant, report)


def _of_report(mutant: Mutant, report: Report) -> Graded:
    for fate in (Fate.ERROR, Fate.NOTICED):
        for check in report.checks:
            if _of_result(check) is fate:
                return Graded(mutant, fate, check.id, check.seen)
    return Graded(mutant, Fate.SURVIVED)


def _of_result(result: CheckResult) -> Fate:
    """What one check alone says of a mutant. One that is blocked says nothing."""
    if result.outcome is Outcome.ERROR or UNREAD in result.seen:
        return Fate.ERROR
    if result.outcome in (Outcome.FAILED, Outcome.TIMED_OUT):
        return Fate.NOTICED
    return Fate.SURVIVED
