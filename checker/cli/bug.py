"""`checker bug`: the learner's tests, run on a service with a bug that they let through."""

from typing import Annotated

import typer

from checker.cli.completion import bugs
from checker.cli.parameters import LessonName, ProjectPath


def bug(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="As checker hint names it.", autocompletion=bugs)
    ],
    lesson: LessonName = None,
    path: ProjectPath = None,
) -> None:
    """Run your tests on the reference with a bug in it.

    Only bugs that have got past your tests twice are to be had.
    """
    import subprocess
    import sys

    from checker.cli.lookup import opened
    from checker.workspace import bug_named, put_beside, shown

    place = opened(path)
    chosen = place.lesson(lesson)
    found = bug_named(place.progress, chosen, name)
    folder = put_beside(place.curriculum, chosen, place.root, found)
    typer.echo(f"Your tests, where {found.bug}. The service is in {shown(folder)}")
    command = [sys.executable, "-P", "-m", "pytest", "-p", "no:cacheprovider"]
    raise typer.Exit(subprocess.run(command, cwd=folder, check=False).returncode)
