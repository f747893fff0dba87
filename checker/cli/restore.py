"""`checker reset` and `checker catch-up`: they overwrite, so they ask first and back up."""

from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.completion import lessons
from checker.cli.parameters import LessonName, ProjectPath, Yes
from checker.errors import UserError

if TYPE_CHECKING:
    from checker.workspace import Overwritten


def reset(lesson: LessonName = None, path: ProjectPath = None, yes: Yes = False) -> None:
    """Put a lesson's starter files back as they began."""
    from checker.cli.place import opened, shown
    from checker.workspace import reset as put_back

    place = opened(path)
    chosen = place.lesson(lesson)
    where = shown(place.root)
    _agreed(f"Put the starter files of lesson {chosen.number} in {where} back?", yes)
    change = put_back(place.root, chosen)
    if not change.changed:
        typer.echo(f"The starter files of lesson {chosen.number} are as they began. Nothing to do.")
        return
    _say(change)


def catch_up(
    lesson: Annotated[
        str,
        typer.Argument(metavar="LESSON", help="The lesson to begin.", autocompletion=lessons),
    ],
    path: ProjectPath = None,
    yes: Yes = False,
) -> None:
    """Replace your project by the reference, up to a lesson."""
    from checker.cli.place import opened, shown
    from checker.workspace import catch_up as replace_project

    place = opened(path)
    chosen = place.curriculum.lesson(lesson)
    where = shown(place.root)
    _agreed(f"Replace {where} by the reference as lesson {chosen.number} begins?", yes)
    done = replace_project(place.curriculum, place.root, chosen)
    _say(done.change)
    place.at(chosen)
    if done.kept:
        typer.echo("These files are your own and stay:")
        for name in done.kept:
            typer.echo(f"  yours   {name}")
    typer.echo(f"You are at lesson {chosen.number}, {chosen.title}. Next: checker")


def _agreed(question: str, yes: bool) -> None:
    """Ask, unless `--yes`. Raises typer.Abort on no, UserError where nobody can answer."""
    from checker.cli.console import at_terminal

    if yes:
        return
    if not at_terminal():
        raise UserError(
            "This changes files of yours, and there is no terminal to ask you at.",
            "If that is what you want, add --yes. A backup is made either way.",
        )
    typer.confirm(f"{question} A backup is made first.", abort=True, err=True)


def _say(change: "Overwritten") -> None:
    from checker.cli.place import shown

    lines = {"new": change.added, "replaced": change.replaced, "removed": change.removed}
    for word, names in lines.items():
        for name in names:
            typer.echo(f"  {word:<8} {name}")
    if change.backup:
        typer.echo(f"Your files as they were: {shown(change.backup)}")
