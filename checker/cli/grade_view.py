"""What `checker grade` shows: a bar on a terminal, lines elsewhere, and the totals."""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Self

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar
from rich.text import Text

from checker.batch import Progress, Row, Status
from checker.cli.console import console
from checker.curriculum import Lesson
from checker.report.printable import printable
from checker.report.terminal import Page
from checker.subject import levels

_MOST_TOLD = 20


class View:
    """Shows the run while it lasts, on standard error. A context manager."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self._began = time.monotonic()
        self.seconds = 0.0
        self._console = console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bar = Bar(
            *columns,
            _Rate(),
            TimeRemainingColumn(compact=True),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("Looking", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.monotonic() - self._began
        self._bar.stop()

    def tell(self, progress: Progress) -> None:
        self.done, self.total = progress.done, progress.total
        if progress.result is None:
            self._began = time.monotonic()
            self._bar.reset(self._task, total=self.total, description="Grading")
            return
        self._bar.update(self._task, completed=self.done, description=progress.lesson)
        if not self._console.is_terminal:
            print(_line(progress), file=sys.stderr, flush=True)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed * 60:.0f}/min" if task.speed else "")


def _line(progress: Progress) -> str:
    result = progress.result
    assert result is not None
    first, *more = (_name(each) for each in progress.students)
    who = f"{first} and {len(more)} alike" if more else first
    place = f"{progress.done} of {progress.total}: {who}, {progress.lesson}"
    if result.report is None:
        return f"{place}: {result.status}. {result.sentence}"
    passed = sum(not check.is_open for check in result.report.checks)
    return f"{place}: {result.status}, {passed} of {len(result.report.checks)} checks"


def say_totals(
    rows: Sequence[Row],
    lessons: Sequence[Lesson],
    view: View,
    isolation: str,
    *,
    to_stderr: bool,
) -> None:
    """How each lesson came out, and what the instructor has to see to."""
    page = Page(console(stderr=to_stderr))
    for lesson in lessons:
        mine = [row for row in rows if row.lesson == lesson.id]
        counted = Counter(row.status for row in mine)
        told = ", ".join(f"{counted[each]} {each}" for each in Status if counted[each])
        page.line(f"{lesson.number} · {lesson.title}: {told}", style="bold")
        _say_not_witnessed(page, mine)
    for title, status in (
        ("Could not be graded", Status.UNGRADABLE),
        ("The checker's own fault, twice; the same command tries again", Status.ERROR),
    ):
        _list(page, title, [(row.student, row.sentence) for row in rows if row.status is status])
    reaching = [(row.student, _places(row)) for row in rows if row.reaches]
    _list(page, "Source that reaches into Python or the checker: read it", reaching)
    rate = f"{60 * view.done / view.seconds:.0f} a minute" if view.seconds else "at once"
    told = f"Graded {view.done} in {view.seconds:.0f} s, {rate}; what the gradebook had was kept."
    page.line(told if view.done else "The gradebook had it all; nothing was graded.", style="dim")
    level = next(each for each in levels() if each.name == isolation)
    page.line(f"Isolation: {level.name}. {level.words}", style="dim")


def _list(page: Page, title: str, found: Sequence[tuple[str, str]]) -> None:
    """What there is to say of students, each sentence once."""
    lines = list(dict.fromkeys(found))
    if not lines:
        return
    page.line(f"{title}:")
    for student, sentence in lines[:_MOST_TOLD]:
        page.line(f"  {_name(student)}: {sentence}")
    if len(lines) > _MOST_TOLD:
        page.line(f"  and {len(lines) - _MOST_TOLD} more, which the table names")


def _say_not_witnessed(page: Page, rows: Sequence[Row]) -> None:
    """How many items rest on the word of the code that is graded, at most."""
    most = max(rows, key=lambda row: len(row.not_witnessed), default=None)
    if most is not None and most.not_witnessed:
        page.line(
            f"  Not witnessed: up to {len(most.not_witnessed)} of {most.items_passed} items passed"
            " rest on what the code itself says; not_witnessed in the table names them."
        )


def _places(row: Row) -> str:
    more = len(row.reaches) - 1
    return row.reaches[0] + (f" and {more} more" if more else "")


def _name(student: str) -> str:
    return printable(student.replace("\n", "\ufffd"), most=60)
