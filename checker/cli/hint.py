"""`checker hint`: one more hint of a task."""

from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.completion import tasks
from checker.cli.parameters import ProjectPath
from checker.commands import command
from checker.errors import UserError

if TYPE_CHECKING:
    from checker.curriculum import Lesson, Task
    from checker.curriculum.bugs import Bug
    from checker.workspace import Workspace


def hint(
    task: Annotated[
        str | None,
        typer.Argument(
            metavar="TASK",
            help="04.2, or 2; else the first with a failing check.",
            autocompletion=tasks,
        ),
    ] = None,
    path: ProjectPath = None,
) -> None:
    """Show the next hint of a task."""
    from checker.cli.lookup import opened
    from checker.workspace import next_hint, shown_bugs

    workspace = opened(path)
    lesson, chosen = _named(workspace, task) if task else (workspace.current, _failing(workspace))
    for survivor in shown_bugs(workspace.progress, lesson, chosen):
        _show(workspace, lesson, survivor)
    found, progress = next_hint(workspace.progress, chosen)
    typer.echo(f"Task {chosen.id}, {chosen.title}")
    if progress != workspace.progress:
        workspace.saved(progress)
    for number, text in found.texts:
        typer.echo(f"Hint {number} of {len(chosen.hints)}: {text}")
    if found.left:
        typer.echo(f"{found.left} more: {command(f'hint {chosen.id}')}")
    else:
        answer = command(f"solution {lesson.number} --reveal")
        typer.echo(f"No more hints. The answer: {answer}")


def _show(workspace: "Workspace", lesson: "Lesson", survivor: "Bug") -> None:
    """A bug that has got past the learner's tests more than once, and how to run them on it."""
    from checker.curriculum.bugs import service
    from checker.curriculum.bugs import shown as as_diff
    from checker.curriculum.reached import reference

    typer.echo(f"Your tests have let this through more than once: {survivor.bug}.")
    tree = reference(workspace.curriculum, lesson, workspace.root)
    typer.echo(as_diff(survivor, service(tree)), nl=False)
    typer.echo(f"Run them on it: {command(f'bug {survivor.name} {lesson.number}')}\n")


def _failing(workspace: "Workspace") -> "Task":
    """The first task of the current lesson with a check that failed when it was last graded."""
    from checker.workspace import open_task

    lesson = workspace.current
    state = workspace.progress.of(lesson.id)
    if task := open_task(lesson, state.failing):
        return task
    if state.items_passed or state.passed:
        raise UserError(
            f"Every check of lesson {lesson.number} passed when it was last graded.",
            f"Name a task for its hints, or go on with: {command('start')}",
        )
    return lesson.tasks[0]


def _named(workspace: "Workspace", name: str) -> "tuple[Lesson, Task]":
    number, dot, task = name.rpartition(".")
    lesson = workspace.lesson(number if dot else None)
    wanted = f"{lesson.number}.{task}"
    for each in lesson.tasks:
        if each.id == wanted:
            return lesson, each
    known = ", ".join(each.id for each in lesson.tasks)
    raise UserError(f"There is no task {name!r}.", f"Lesson {lesson.number} has: {known}.")
