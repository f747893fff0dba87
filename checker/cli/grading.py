"""Grades lessons for a command: progress shown while it runs, remembered when it is done."""

from collections.abc import Collection, Mapping, Sequence
from itertools import count
from pathlib import Path

import typer

from checker.cli.console import console
from checker.cli.endings import FAILED, OWN_FAULT, PASSED
from checker.curriculum import Lesson
from checker.errors import UserError
from checker.report import CheckResult, Report, Verdict
from checker.workspace import is_workspace
from checker.workspace import remember as remember_in


def grade_all(
    lessons: Mapping[Lesson, Collection[str]],
    submission: Path,
    *,
    seed: int | None = None,
    deadline: float = 10.0,
) -> list[Report]:
    """Grade the lessons in turn, with a progress bar where standard error is a terminal.

    Each comes with the checks that are asked for; with none, all of them are.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from checker.judge import Graders

    terminal = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=terminal, transient=True, disable=not terminal.is_terminal
    ) as bar:

        def graded(lesson: Lesson, only: Collection[str]) -> Report:
            least = len(only or lesson.all_checks)  # what they need is graded as well
            task = bar.add_task(f"Checking {lesson.id}", total=least)
            done = count(1)

            def advance(_: CheckResult) -> None:
                so_far = next(done)
                bar.update(task, completed=so_far, total=max(least, so_far))

            return graders.grade(
                lesson,
                submission,
                seed=seed,
                deadline=deadline,
                only=sorted(only),
                on_result=advance,
            )

        with Graders() as graders:
            return [graded(lesson, only) for lesson, only in lessons.items()]


def remember(root: Path, reports: Sequence[Report], parts: Sequence[Report] = ()) -> None:
    """Write what reports of lessons and of parts show into the progress of `root`, if it is ours.

    Grading was what was asked for: a workspace that cannot be written to is said, no more.
    """
    if not is_workspace(root):
        return
    try:
        remember_in(root, reports, parts)
    except UserError as error:
        typer.echo(f"Your progress was not saved. {error.sentence}\n{error.next_step}", err=True)


def exit_code(reports: list[Report]) -> int:
    return code_of([report.outcome for report in reports])


def code_of(verdicts: Collection[Verdict | None]) -> int:
    """The exit code of all the verdicts. Where there could be none, that is not a pass."""
    if Verdict.ERROR in verdicts:
        return OWN_FAULT
    return PASSED if all(verdict is Verdict.PASSED for verdict in verdicts) else FAILED
