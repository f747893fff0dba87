"""`checker certificate`: for who has passed every lesson."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.parameters import ProjectPath
from checker.commands import command
from checker.errors import UserError

if TYPE_CHECKING:
    from checker.workspace import Workspace

_STEM = "certificate"


def certificate(
    path: ProjectPath = None,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="Whose it is, to stand on it.")
    ] = "",
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Where to write it; else where you are."),
    ] = None,
) -> None:
    """Write a certificate, once every lesson is passed.

    It is a page and a picture, certificate.html and certificate.svg. What was there is kept.
    """
    from checker.cli.lookup import opened, shown
    from checker.cli.output import deliver, refuse
    from checker.report.certificate import Certificate
    from checker.workspace import digest

    workspace = opened(path)
    _all_passed(workspace)
    progress = workspace.progress
    told = Certificate(
        course=workspace.curriculum.course,
        name=" ".join(name.split()),
        passed=[
            (lesson, passed.date())
            for lesson in workspace.curriculum.lessons
            if (passed := progress.of(lesson.id).passed)
        ],
        states=progress.items(),
        digest=digest(workspace.root),
    )
    folder = to or Path()
    if not folder.is_dir():
        raise UserError(f"There is no folder {shown(folder)}.", "Make it, or name another.")
    files = {folder / f"{_STEM}.html": told.html(), folder / f"{_STEM}.svg": told.svg()}
    for file in files:
        refuse(file)
    for file, text in files.items():
        deliver(text, file, workspace.root)


def _all_passed(workspace: "Workspace") -> None:
    """Raises UserError where a lesson is still to be passed."""
    lessons = workspace.curriculum.lessons
    left = [each.number for each in lessons if not workspace.progress.has_passed(each.id)]
    if left:
        some = "lesson" if len(left) == 1 else "lessons"
        raise UserError(
            f"A certificate is for who has passed every lesson: {some} {', '.join(left)}"
            f" {'is' if len(left) == 1 else 'are'} left.",
            f"Go on with: {command()}",
        )
