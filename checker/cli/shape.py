"""How our commands look in help, and what is said of one that does not exist."""

from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup

_OVERWRITES = frozenset(("reset", "catch-up", "restore"))
"""Commands that are never suggested: who mistypes is not led to what replaces files."""


class Group(TyperGroup):
    """Commands, whose arguments are shown by their names alone, without Python's types, and of
    which the nearest harmless one is named where there is none of a name."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "suggest_commands": False})
        for command in self.commands.values():
            for each in command.params:
                if isinstance(each, TyperArgument):
                    each.display_type_rich = _nothing  # type: ignore[method-assign]

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]
        try:
            return super().resolve_command(ctx, args)
        except typer.TyperException as error:
            name = args[0]
            near = set(get_close_matches(name, sorted(self.commands), n=1)) - _OVERWRITES
            if name[:1].isdigit() and "check" in self.commands:
                error.message = f"No such command {name!r}. To grade that: checker check {name}"
            elif near:
                error.message = f"No such command {name!r}. Did you mean {near.pop()!r}?"
            raise


def _nothing(ctx: object) -> None:
    """The type of what is named already."""
