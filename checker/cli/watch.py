"""`checker watch`, and `checker` alone."""

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.parameters import LessonName, ProjectPath

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checker.curriculum import Lesson
    from checker.report import Report
    from checker.watch.display import Display
    from checker.watch.events import Post

POLL = "CHECKER_POLL"


class Following(StrEnum):
    TERMINAL = "terminal"
    GITHUB = "github"


def continue_here() -> int:
    """What `checker` alone does: watch the current lesson; grade it once where nobody sits."""
    from checker.cli.check import run
    from checker.cli.console import has_screen

    if has_screen():
        return follow(poll=bool(os.environ.get(POLL)))
    return run(names=[], path=None)


def watch(
    lesson: LessonName = None,
    *,
    path: ProjectPath = None,
    format_: Annotated[
        Following, typer.Option("--format", help="How to print it.")
    ] = Following.TERMINAL,
    poll: Annotated[
        bool, typer.Option("--poll", envvar=POLL, help="Look for saves instead of being told.")
    ] = False,
) -> None:
    """Grade after each save, until q or Ctrl-C.

    Exit code: 0 the last grading passed, 1 it did not, 2 used wrongly, 3 the checker's own fault.
    """
    raise typer.Exit(follow(lesson, path, format_, poll=poll))


def follow(
    name: str | None = None,
    path: "Path | None" = None,
    format_: Following = Following.TERMINAL,
    *,
    poll: bool = False,
) -> int:
    """Watch until somebody ends it. Returns the exit code."""
    from checker.cli.check import asked
    from checker.cli.console import console, has_screen
    from checker.cli.grading import code_of
    from checker.cli.lookup import curriculum
    from checker.watch import FullScreen, Printed
    from checker.watch import watch as watch_lesson
    from checker.workspace import Progress, is_workspace, load

    [lesson], root = asked([name] if name else [], path)

    def display(post: "Post") -> "Display":
        if format_ is Following.TERMINAL and has_screen():
            return FullScreen(console(), post)
        return Printed(_printer(format_, root), post, marks=format_ is Following.GITHUB)

    progress = load(root).progress if is_workspace(root) else Progress()
    return code_of([watch_lesson(curriculum(), root, lesson, progress, display, poll=poll)])


def _printer(format_: Following, root: "Path") -> "Callable[[Report, Lesson], None]":
    from checker.cli.check import files_of
    from checker.cli.console import console
    from checker.cli.lookup import seen_from_repository
    from checker.report.github import to_github
    from checker.report.terminal import render

    place = seen_from_repository(root)

    def tell(report: "Report", lesson: "Lesson") -> None:
        if format_ is Following.GITHUB:
            typer.echo(to_github([report], place, files_of(lesson, root)), nl=False)
        else:
            render(report, lesson, console())

    return tell
