"""What a lesson's checks declare, read from their source: nothing of it is run."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checker.curriculum.lesson import Lesson
from checker.errors import UserError

FOLDERS = ("checks", "stretch")
"""Where a lesson's check modules are: those of its tasks, and that of its stretch exercise."""


def check_modules(lesson: Lesson) -> list[Path]:
    """The modules with the lesson's checks, in order."""
    return [path for name in FOLDERS for path in sorted((lesson.folder / name).glob("test_*.py"))]


def declared_checks(lesson: Lesson) -> dict[str, dict[str, Any]]:
    """The literal arguments of every `@check(…)` in the lesson's modules, by id, unrun.

    Raises UserError where a module cannot be read or two checks have one id.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in check_modules(lesson):
        for name, id_, facts in _declarations(lesson, path):
            if id_ in found:
                raise UserError(f"{path.name}: {name}: there are two checks {id_}.", "Rename one.")
            found[id_] = facts
    return found


def check_ids(lesson: Lesson, path: Path) -> list[str]:
    """The ids of the checks in one of the lesson's modules. Raises UserError."""
    return [id_ for _, id_, _ in _declarations(lesson, path)]


def _declarations(lesson: Lesson, path: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The function, the id and the literal arguments of each check in a module."""
    for node in parsed(path).body:
        if isinstance(node, ast.FunctionDef) and (facts := _declaration(node, path)):
            slug = node.name.removeprefix("test_").replace("_", "-")
            yield node.name, f"{lesson.number}.{slug}", facts


def parsed(path: Path) -> ast.Module:
    """A module of Python code. Raises UserError."""
    try:
        return ast.parse(path.read_text(encoding="utf-8"), path.name)
    except (SyntaxError, ValueError) as error:  # ValueError: bytes that are no UTF-8
        raise UserError(f"{path.name}: not readable as Python: {error}.", "Correct it.") from error


def _declaration(node: ast.FunctionDef, path: Path) -> dict[str, Any] | None:
    for decorator in node.decorator_list:
        if (
            isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Name)
            and decorator.func.id == "check"
        ):
            try:
                return {
                    keyword.arg: ast.literal_eval(keyword.value)
                    for keyword in decorator.keywords
                    if keyword.arg
                }
            except ValueError as error:
                raise UserError(
                    f"{path.name}: {node.name}: @check takes literals only.", "Write them out."
                ) from error
    return None
