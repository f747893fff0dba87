"""Parameters that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from checker.cli.completion import lessons
from checker.commands import stay_with

LessonName = Annotated[
    str | None,
    typer.Argument(metavar="LESSON", help="01-models, 01, 1 or models.", autocompletion=lessons),
]


def _named(path: Path | None) -> Path | None:
    """What is said next is about this project, too."""
    stay_with(path)
    return path


ProjectPath = Annotated[
    Path | None,
    typer.Option(
        "--path",
        metavar="DIR",
        help="The project's folder, if not the workspace found.",
        callback=_named,
    ),
]
Reveal = Annotated[
    bool, typer.Option("--reveal", help="Show it although the lesson is not passed yet.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
]
