"""The commands in the order in which `checker --help` shows them."""

import os
from typing import Annotated

import typer

from checker.cli.broker import broker
from checker.cli.bug import bug
from checker.cli.certificate import certificate
from checker.cli.changing import catch_up, reset, restore
from checker.cli.check import check
from checker.cli.dev import dev
from checker.cli.doctor import doctor
from checker.cli.grade import grade
from checker.cli.hint import hint
from checker.cli.overview import guidelines, list_lessons
from checker.cli.reference import diff, solution
from checker.cli.run import run
from checker.cli.shape import Group
from checker.cli.start import start
from checker.cli.watch import continue_here, watch

app = typer.Typer(
    name="checker",
    cls=Group,
    help="Learn to build a real FastAPI backend, one graded lesson at a time.\n\n"
    "Without a command: continue where you are.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "color": False if os.environ.get("NO_COLOR") else None,  # Typer does not ask it by itself
    },
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"checker {version('posts-workshop')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def without_command(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        raise typer.Exit(continue_here())


def help_(
    context: typer.Context,
    command: Annotated[str | None, typer.Argument(metavar="COMMAND", help="Of which.")] = None,
) -> None:
    """Explain a command, as its --help does."""
    outer = context.parent
    assert outer is not None
    if command is None:
        typer.echo(outer.get_help())
        return
    group = outer.command
    assert isinstance(group, Group)
    _, found, _ = group.resolve_command(outer, [command])  # type: ignore[arg-type]  # typer's own
    with found.make_context(command, [], parent=outer, resilient_parsing=True) as inner:
        typer.echo(found.get_help(inner))


app.command()(start)
app.command()(check)
app.command()(watch)
app.command()(hint)
app.command()(bug)
app.command("list")(list_lessons)
app.command()(diff)
app.command()(solution)
app.command()(reset)
app.command("catch-up")(catch_up)
app.command()(restore)
app.command()(guidelines)
app.command()(run)
app.command()(broker)
app.command()(certificate)
app.command()(grade)
app.command()(doctor)
app.command("help")(help_)
app.add_typer(dev, name="dev")
