"""Commands that replace files of the project: they show what, ask first, and keep a backup."""

from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.completion import backups, lessons
from checker.cli.parameters import DryRun, LessonName, ProjectPath, Yes
from checker.commands import command
from checker.errors import UserError

if TYPE_CHECKING:
    from checker.workspace import Backup, Overwritten


def reset(
    lesson: LessonName = None, path: ProjectPath = None, yes: Yes = False, dry_run: DryRun = False
) -> None:
    """Put a lesson's starter files back as they began."""
    from checker.cli.lookup import opened, shown
    from checker.workspace import reset as put_back

    place = opened(path)
    chosen = place.lesson(lesson)
    planned = put_back(place.root, chosen, dry_run=True)
    if not planned.changed:
        typer.echo(f"The starter files of lesson {chosen.number} are as they began. Nothing to do.")
        return
    question = f"Put the starter files of lesson {chosen.number} in {shown(place.root)} back?"
    if agreed(question, planned, yes, dry_run):
        _say(put_back(place.root, chosen))


def catch_up(
    lesson: Annotated[
        str,
        typer.Argument(metavar="LESSON", help="The lesson to begin.", autocompletion=lessons),
    ],
    path: ProjectPath = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Replace your project by the reference, up to a lesson."""
    from checker.cli.lookup import opened, shown
    from checker.workspace import catch_up as replace_project

    place = opened(path, lesson)
    chosen = place.curriculum.lesson(lesson)
    planned = replace_project(place.curriculum, place.root, chosen, dry_run=True)
    question = f"Replace {shown(place.root)} by the reference as lesson {chosen.number} begins?"
    if not agreed(question, planned.change, yes, dry_run):
        return
    done = replace_project(place.curriculum, place.root, chosen)
    _say(done.change)
    place.caught_up(chosen)
    if done.kept:
        typer.echo("These files are your own and stay:")
        for name in done.kept:
            typer.echo(f"  yours   {name}")
    typer.echo(f"You are at lesson {chosen.number}, {chosen.title}. Next: {command()}")


def restore(
    backup: Annotated[
        str | None,
        typer.Argument(
            metavar="BACKUP",
            help="Its number or name; else all are listed.",
            autocompletion=backups,
        ),
    ] = None,
    path: ProjectPath = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """List the backups, or put one back."""
    from checker.cli.lookup import opened, shown
    from checker.workspace import backup_named
    from checker.workspace import backups as all_of
    from checker.workspace import restore as put_back

    place = opened(path)
    if backup is None:
        _list(all_of(place.root))
        return
    chosen = backup_named(place.root, backup)
    planned = put_back(place.root, chosen, dry_run=True)
    if not planned.change.changed:
        typer.echo(f"Your files are as they are in {chosen.name}. Nothing to do.")
        return
    question = f"Put the files of {chosen.name} in {shown(place.root)} back?"
    if not agreed(question, planned.change, yes, dry_run):
        return
    done = put_back(place.root, chosen)
    _say(done.change)
    for name in done.kept:
        typer.echo(f"  yours    {name} (changed since, left as it is)")
    if done.change.backup:
        typer.echo(f"To undo this: {command(f'restore {done.change.backup.name}')}")


def agreed(question: str, planned: "Overwritten", yes: bool, dry_run: bool) -> bool:
    """Show what would change, and ask, unless `--yes`. False where showing was all.

    Raises typer.Abort on no, UserError where nobody can answer.
    """
    from checker.cli.console import at_terminal

    if dry_run:
        _list_files(planned)
        typer.echo("Nothing was changed: this is what it would do.")
        return False
    if not yes and planned.changed:
        if not at_terminal():
            raise UserError(
                "This changes files of yours, and there is no terminal to ask you at.",
                "If that is what you want, add --yes. A backup is made either way.",
            )
        _list_files(planned, err=True)
        typer.confirm(f"{question} A backup is made first.", abort=True, err=True)
    return True


def _list(found: "list[Backup]") -> None:
    from checker.workspace.backups import RULE

    if not found:
        typer.echo("There is no backup yet: nothing of yours was ever replaced.")
        return
    for number, each in enumerate(found, start=1):
        files = each.files
        names = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
        typer.echo(f"{number:>3}  {each.name}  {names}".rstrip())
    typer.echo(f"To put one back: {command('restore 1')}\n{RULE}")


def _say(change: "Overwritten") -> None:
    from checker.cli.lookup import shown

    _list_files(change)
    if change.backup:
        typer.echo(f"Your files as they were: {shown(change.backup)}")
    for notice in change.notices:
        typer.echo(notice)


def _list_files(change: "Overwritten", *, err: bool = False) -> None:
    lines = {"new": change.added, "replaced": change.replaced, "removed": change.removed}
    for word, names in lines.items():
        for name in names:
            typer.echo(f"  {word:<8} {name}", err=err)
