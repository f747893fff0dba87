"""`checker start`: makes the workspace, or carries it forward."""

from typing import TYPE_CHECKING

import typer

from checker.cli.parameters import DryRun, LessonName, ProjectPath
from checker.commands import command

if TYPE_CHECKING:
    from pathlib import Path

    from checker.curriculum import Curriculum, Lesson
    from checker.report import Report
    from checker.workspace import Workspace
    from checker.workspace.change import Advanced


def start(lesson: LessonName = None, path: ProjectPath = None, dry_run: DryRun = False) -> None:
    """Make your project, or go on to the next lesson."""
    from checker.cli.console import console
    from checker.cli.endings import OWN_FAULT
    from checker.cli.grading import exit_code
    from checker.cli.lookup import curriculum, find, open_workspace
    from checker.report.terminal import render
    from checker.workspace import is_begun

    lessons = curriculum()
    root = find(path)
    before = open_workspace(lessons, root).current if is_begun(root) else None
    if before is None:
        workspace = _created(lessons, root, lesson, dry_run)
    else:
        workspace = _carried(open_workspace(lessons, root), lesson, dry_run)
    if workspace is None:
        typer.echo("Nothing was changed: this is what it would do.")
        return
    _say_where(workspace)
    reports = _graded(workspace)
    stays = lesson is None and workspace.current == before
    if stays and exit_code(reports) == 0 and lessons.after(workspace.current) is not None:
        typer.echo("You have passed it.\n")
        workspace = _carried(open_workspace(lessons, root), None, dry_run) or workspace
        _say_where(workspace)
        reports = _graded(workspace)
    render(reports[0], workspace.current, console(), expand=False)
    raise typer.Exit(OWN_FAULT if exit_code(reports) == OWN_FAULT else 0)


def _graded(workspace: "Workspace") -> "list[Report]":
    """Grade the lesson that the workspace is in, and remember how that went."""
    from checker.cli.endings import Stopped
    from checker.cli.grading import grade_all, remember

    try:
        reports = grade_all({workspace.current: ()}, workspace.root)
    except KeyboardInterrupt as error:
        raise Stopped(f"Stopped. The project is there; to grade it: {command()}") from error
    remember(workspace.root, reports)
    return reports


def _created(
    lessons: "Curriculum", root: "Path", name: str | None, dry_run: bool
) -> "Workspace | None":
    from checker.cli.lookup import open_workspace, shown
    from checker.workspace import create, reached

    first = lessons.lesson(name) if name is not None else reached(lessons, root)
    done = create(lessons, root, first, dry_run=dry_run)
    typer.echo(f"Your project {'would be' if dry_run else 'is'} in {shown(root)}.")
    if before := lessons.up_to(first):
        typer.echo(f"It holds {_named(before)} already, as the reference has it.")
    _say_files(done)
    if dry_run:
        return None
    workspace = open_workspace(lessons, root)
    return workspace.caught_up(first) if name is not None else workspace


def _carried(workspace: "Workspace", name: str | None, dry_run: bool) -> "Workspace | None":
    """The workspace where it goes on; None with `dry_run`."""
    from checker.workspace import advance

    if name is None:
        following = workspace.curriculum.after(workspace.current)
        if not workspace.progress.has_passed(workspace.current.id):
            return None if dry_run else workspace
        if following is None:
            typer.echo(f"You have passed {workspace.current.title}, the last lesson. Well done!")
            return None if dry_run else workspace
        target = following
    else:
        target = workspace.curriculum.lesson(name)
        before = workspace.curriculum.up_to(target)
        if unpassed := [
            each for each in before if workspace.state(each) not in ("passed", "skipped")
        ]:
            typer.echo(f"Lesson {target.number} builds on {_named(unpassed)}, not passed yet.")
            typer.echo(f"To have it graded whole: {command(f'check {unpassed[0].number}')}")
            catch_up = command(f"catch-up {target.number}")
            typer.echo(f"To take it from the reference: {catch_up}")
    _say_files(advance(workspace.root, target, dry_run=dry_run))
    return None if dry_run else workspace.at(target)


def _say_where(workspace: "Workspace") -> None:
    from checker.cli.lookup import shown

    lesson = workspace.current
    typer.echo(f"Lesson {lesson.number}, {lesson.title} (about {lesson.minutes} minutes).")
    typer.echo(f"Its text: {shown(lesson.folder / 'README.md')}")


def _say_files(done: "Advanced") -> None:
    for file in done.added:
        typer.echo(f"  new   {file}")
    for file in done.left:
        typer.echo(f"  yours {file} (left as it is)")
    for notice in done.notices:
        typer.echo(notice)


def _named(lessons: "tuple[Lesson, ...] | list[Lesson]") -> str:
    numbers = ", ".join(lesson.number for lesson in lessons)
    return f"lesson {numbers}" if len(lessons) == 1 else f"lessons {numbers}"
