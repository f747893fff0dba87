"""`checker run`: the learner's own app, served for the learner alone."""

from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.parameters import ProjectPath
from checker.commands import command
from checker.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path


def run(
    path: ProjectPath = None,
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=1, max=65535, help="Where it listens.")
    ] = 8000,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="An address of this machine alone.")
    ] = "127.0.0.1",
) -> None:
    """Serve your app, and again after each save.

    It uses your own database; your migrations are applied first. Ctrl-C ends it.
    """
    from checker.cli.endings import PASSED
    from checker.cli.lookup import curriculum, find
    from checker.cli.serving import loopback, migrate, migrations, refuse_taken, serve

    address = loopback(host, port)
    root = find(path)
    app = curriculum().course.app
    if app is None:
        raise UserError("This course has no app to serve.", f"Go on with: {command()}")
    file = f"{app.partition(':')[0].replace('.', '/')}.py"
    if not (root / file).is_file():
        raise _nothing_to_serve(root, path, file)
    refuse_taken(address)
    if migrations(root):
        typer.echo("Applying your migrations: alembic upgrade head")
        if not migrate(root):
            typer.echo("Stopped before your app was started.", err=True)
            raise typer.Exit(PASSED)
    url = address.url
    typer.echo(f"Your app is at {url}, to try out at {url}/docs (Ctrl-C ends it)")
    raise typer.Exit(serve(app, root, address))


def _nothing_to_serve(root: "Path", path: "Path | None", file: str) -> UserError:
    """There is no app: say which lesson makes it. Raises UserError where there is no project."""
    from checker.cli.lookup import curriculum, opened, shown
    from checker.curriculum.composition import solution
    from checker.workspace import is_workspace

    known = curriculum()
    if not is_workspace(root) and not (root / known.course.marker).is_dir():
        opened(path)
    makers = [lesson for lesson in known.lessons if file in solution(lesson)]
    return UserError(
        f"There is no {file} in {shown(root)} yet, so there is no app to serve.",
        f"Lesson {makers[0].number}, {makers[0].title}, makes it. Go on with: {command()}"
        if makers
        else "Make one, with the application in it.",
    )
