"""Grades the mutants of a lesson, several at a time, each warm and to its first failing check."""

import tempfile
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple, Self

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

TOGETHER = 8
"""Mutants that are graded at once, at most."""


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


class _Seen(NamedTuple):
    """What became of a reference that was changed."""

    fate: Fate
    by: str = ""
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
    together: Collection[Key] = (),
) -> Generator[Graded, None, None]:
    """What becomes of each mutant, as it is found out, `jobs` at a time.

    `checks` names, for some, those of the lesson's checks that are enough; all look at the others.
    `later`: those that survive are graded by later lessons too, where their file is still in use.
    `whole`: no grading stops at the first failure, so that every error is found. `together`: those
    that are expected to survive are graded several at a time; two of them may hide each other.
    Raises CurriculumError where the reference itself does not pass.
    """
    lessons = (lesson, *_later(curriculum, lesson)) if later else (lesson,)
    enough = checks or {}
    with _Desks(jobs, curriculum, lessons, whole) as desks:
        groups = _groups([each for each in mutants if each.key in together], desks.tree)
        yield from desks.done(
            [
                partial(_Desk.grade_together, group=group, only=_enough_for(group, enough))
                for group in groups
            ]
            + [
                partial(_Desk.grade_alone, mutant=each, only=enough.get(each.key, ()))
                for each in mutants
                if each.key not in together
            ]
        )


def _enough_for(group: Sequence[Mutant], enough: Mapping[Key, Sequence[str]]) -> list[str]:
    """The checks that are to look at a group; none stands for all."""
    some = [enough.get(each.key, ()) for each in group]
    return sorted({check for each in some for check in each}) if all(some) else []


def _later(curriculum: Curriculum, lesson: Lesson) -> tuple[Lesson, ...]:
    return curriculum.lessons[curriculum.lessons.index(lesson) + 1 :]


def merged(mutants: Sequence[Mutant], tree: Tree) -> dict[str, str]:
    """The files with all these changes. Raises ValueError where two touch, SyntaxError where
    they are no Python together."""
    edits: dict[str, list[tuple[int, int, list[str]]]] = {}
    texts = {each.key.file: tree[each.key.file].read_text(encoding="utf-8") for each in mutants}
    for mutant in mutants:
        old = texts[mutant.key.file].splitlines(keepends=True)
        new = mutant.code.splitlines(keepends=True)
        for kind, start, end, begin, until in SequenceMatcher(None, old, new, False).get_opcodes():
            if kind != "equal":
                edits.setdefault(mutant.key.file, []).append((start, end, new[begin:until]))
    for file, changes in edits.items():
        lines = texts[file].splitlines(keepends=True)
        before = len(lines) + 1
        for start, end, put in sorted(changes, key=lambda it: it[:2], reverse=True):
            if end >= before:
                raise ValueError(f"Two mutants of {file} change lines beside each other.")
            lines[start:end] = put
            before = start
        texts[file] = "".join(lines)
        compile(texts[file], file, "exec", dont_inherit=True)
    return texts


def _groups(mutants: Sequence[Mutant], tree: Tree) -> list[list[Mutant]]:
    """All of them in groups that can be merged; neighbours are in different ones."""
    count = -(-len(mutants) // TOGETHER)
    groups: list[list[Mutant]] = [[] for _ in range(count)]
    alone = []
    for number, mutant in enumerate(sorted(mutants, key=lambda it: (it.key.file, it.number))):
        group = groups[number % count]
        try:
            merged([*group, mutant], tree)
        except (ValueError, SyntaxError):
            alone.append([mutant])
        else:
            group.append(mutant)
    return [group for group in (*groups, *alone) if group]


class _Desks:
    """So many desks, each of which does one thing at a time."""

    def __init__(
        self, count: int, curriculum: Curriculum, lessons: Sequence[Lesson], whole: bool
    ) -> None:
        found_by: dict[str, list[str]] = {}
        self.tree = solved(curriculum, lessons[0])
        self._desks = [_Desk(curriculum, lessons, found_by, whole) for _ in range(count)]
        self._free: SimpleQueue[_Desk] = SimpleQueue()
        for desk in self._desks:
            self._free.put(desk)
        self._pool = ThreadPoolExecutor(count)
        self._futures: list[Future[list[Graded]]] = []
        self._stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Give up what is still being graded; a grading may begin just now, so more than once."""
        self._stopped = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        while running := [future for future in self._futures if not future.done()]:
            for desk in self._desks:
                desk.cancel()
            wait(running, timeout=0.2)
        for desk in self._desks:
            desk.close()

    def done(self, works: Iterable["Callable[[_Desk], list[Graded]]"]) -> Iterator[Graded]:
        """What comes of each piece of work, as it is found out."""
        futures = [self._pool.submit(self._at_one, work) for work in works]
        self._futures += futures
        for future in as_completed(futures):
            yield from future.result()

    def _at_one(self, work: "Callable[[_Desk], list[Graded]]") -> list[Graded]:
        if self._stopped:
            raise Cancelled
        desk = self._free.get()
        try:
            return work(desk)
        finally:
            self._free.put(desk)


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

    def close(self) -> None:
        for bench in self._benches.values():
            bench.close()

    def grade_alone(self, mutant: Mutant, only: Sequence[str]) -> list[Graded]:
        """What becomes of one mutant."""
        own = self._bench(self._lessons[0])
        file = mutant.key.file
        found_by = self._found_by.setdefault(file, [])
        files = {file: mutant.code}
        seen = own.grade(files, found_by, only, whole=self._whole)
        if seen.fate is Fate.NOTICED:
            found_by[:] = [seen.by, *(each for each in found_by if each != seen.by)]
        for lesson in self._lessons[1:]:
            if seen.fate is not Fate.SURVIVED:
                break
            bench = self._bench(lesson)
            if bench.tree.get(file) == own.tree[file]:
                seen = bench.grade(files, (), (), whole=self._whole)
        return [Graded(mutant, *seen)]

    def grade_together(self, group: Sequence[Mutant], only: Sequence[str]) -> list[Graded]:
        """What becomes of each of a group that can be merged: all survive together; or the check
        that notices them looks at each by itself, and all checks at the rest together again."""
        if len(group) == 1:
            return self.grade_alone(group[0], only)
        own = self._bench(self._lessons[0])
        seen = own.grade(merged(group, own.tree), (), only)
        if seen.fate is Fate.SURVIVED:
            return [Graded(mutant, Fate.SURVIVED) for mutant in group]
        by = [seen.by] if seen.by else only
        each = [graded for mutant in group for graded in self.grade_alone(mutant, by)]
        found = [graded for graded in each if graded.fate is not Fate.SURVIVED]
        rest = [graded.mutant for graded in each if graded.fate is Fate.SURVIVED]
        if not found:  # none of them is noticed by itself
            return [graded for mutant in rest for graded in self.grade_alone(mutant, only)]
        return [*found, *(self.grade_together(rest, only) if rest else ())]

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
        self._order: list[str] = []
        """The checks, the quickest first."""

    def close(self) -> None:
        self.grader.close()
        self._folder.cleanup()

    def grade(
        self,
        files: Mapping[str, str],
        first: Sequence[str],
        only: Sequence[str],
        *,
        whole: bool = False,
    ) -> _Seen:
        """Grade the reference with these files changed, by the checks of `first` first."""
        self._begin()
        for file, text in files.items():
            (self._project / file).write_text(text, encoding="utf-8")
        try:
            return self._graded(first, only, whole)
        finally:
            for file in files:
                (self._project / file).write_bytes(self.tree[file].read_bytes())

    def _begin(self) -> None:
        """Grade the reference itself, once: what passes, and how long each check takes."""
        if self._order:
            return
        write(self.tree, self._project)
        report = self.grader.grade(self._project, seed=SEED, deadline=DEADLINE)
        for check in report.checks:
            if check.is_open:
                raise CurriculumError(
                    f"The reference does not pass {check.id}: {check.seen}",
                    f"Mend it first. See: checker dev verify {report.lesson}",
                )
        self._order = [each.id for each in sorted(report.checks, key=lambda it: it.duration_ms)]

    def _graded(self, first: Sequence[str], only: Sequence[str], whole: bool) -> _Seen:
        seen: list[CheckResult] = []

        def heed(result: CheckResult) -> None:
            """Stop at a failure, but not where a check is in error: it may yet turn out blocked."""
            if _of_result(result) is not Fate.SURVIVED:
                seen.append(result)
                if not whole and all(_of_result(each) is Fate.NOTICED for each in seen):
                    self.cancellation.cancel()

        self.cancellation = Cancellation()
        order = [
            check for check in dict.fromkeys([*first, *self._order]) if not only or check in only
        ]
        try:
            report = self.grader.grade(
                self._project,
                seed=SEED,
                deadline=DEADLINE,
                first=order,
                only=only,
                on_result=heed,
                cancellation=self.cancellation,
            )
        except Cancelled:
            if not seen:
                raise
            return _Seen(Fate.NOTICED, seen[0].id, seen[0].seen)
        except RuntimeError as error:
            return _Seen(Fate.ERROR, seen=str(error))
        return _of_report(report)


def _of_report(report: Report) -> _Seen:
    for fate in (Fate.ERROR, Fate.NOTICED):
        for check in report.checks:
            if _of_result(check) is fate:
                return _Seen(fate, check.id, check.seen)
    return _Seen(Fate.SURVIVED)


def _of_result(result: CheckResult) -> Fate:
    """What one check alone says of a mutant. One that is blocked says nothing."""
    if result.outcome is Outcome.ERROR or UNREAD in result.seen:
        return Fate.ERROR
    if result.outcome in (Outcome.FAILED, Outcome.TIMED_OUT):
        return Fate.NOTICED
    return Fate.SURVIVED
