"""Bugs for a suite to find: each a change to the reference, in `mutants.toml` beside the checks.

An edit is found by its content in whichever file holds it, so that a bug fits the references of
later lessons too.
"""

import ast
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from checker.curriculum.lesson import Lesson
from checker.curriculum.library import CurriculumError, first_mistake, read_toml

FILE = "mutants.toml"
FOLDERS = ("app", "alembic")
"""Where a service's own code is."""
SETTINGS = ("pyproject.toml", "pytest.toml", "pytest.ini", "tox.ini", "setup.cfg", "conftest.py")
TESTS = "tests/"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(_Data):
    """A text that stands exactly once in the service, and what stands there with the bug.

    `within` names the class or function, decorators and all, in which it stands once.
    """

    find: Annotated[str, Field(min_length=1)]
    replace: str
    within: str | None = None


class Bug(_Data):
    """`bug` completes the sentence "Your tests still pass when …"."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    group: str
    bug: str
    near: tuple[str, ...] = ()
    """Words of tests that are likely to notice it: those run first, which takes less time."""
    uncommitted: bool = False
    """Whether only another transaction sees it."""
    edit: Annotated[tuple[Change, ...], Field(min_length=1)]


def load_bugs(lesson: Lesson, folder: str = "checks") -> tuple[Bug, ...]:
    """The bugs for the checks in that folder of the lesson; none where it has no such file.

    Raises CurriculumError.
    """
    path = lesson.folder / folder / FILE
    if not path.exists():
        return ()
    where = f"{lesson.id}/{folder}/{FILE}"
    try:
        bugs = tuple(Bug.model_validate(each) for each in read_toml(path, Path(where))["mutant"])
    except ValidationError as error:
        raise CurriculumError(f"{where}: {first_mistake(error)}", "Correct that key.") from error
    names = [bug.name for bug in bugs]
    for name in names:
        if names.count(name) > 1:
            raise CurriculumError(f"{where}: two bugs are called {name}.", "Rename one.")
    return bugs


def service(tree: Mapping[str, Path]) -> dict[str, str]:
    """The Python files of a project's service, with their text."""
    return {
        name: path.read_text(encoding="utf-8")
        for name, path in tree.items()
        if name.endswith(".py") and name.partition("/")[0] in FOLDERS
    }


def stays(name: str) -> bool:
    """Whether a file is of the suite and not of the service that it tests."""
    return name in SETTINGS or name.startswith(TESTS)


def put_in(bug: Bug, files: Mapping[str, str]) -> dict[str, str]:
    """The files that differ with the bug in them. Raises CurriculumError where it does not fit."""
    changed: dict[str, str] = {}
    for edit in bug.edit:
        now = {**files, **changed}
        places = [
            (name, place) for name, text in now.items() for place in _places(edit, name, text)
        ]
        if len(places) != 1:
            where = ", ".join(name for name, _ in places) or "no file"
            raise CurriculumError(
                f"{bug.name}: {edit.find!r} stands {len(places)} times ({where}).",
                "Change the bug along with the solution.",
            )
        [(name, place)] = places
        rest = now[name][place + len(edit.find) :]
        changed[name] = f"{now[name][:place]}{edit.replace}{rest}"
    return changed


def _places(edit: Change, name: str, text: str) -> Iterator[int]:
    """Where in a file the edit's text begins."""
    if edit.find not in text:
        return
    scopes = [(0, len(text))]
    if edit.within:
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        scopes = [
            (starts[first - 1], (*starts, len(text))[last])
            for first, last in _named(ast.parse(text, name), edit.within)
        ]
    for start, end in scopes:
        place = text.find(edit.find, start, end)
        while place >= 0:
            yield place
            place = text.find(edit.find, place + 1, end)


def _named(scope: ast.Module | ast.ClassDef, name: str) -> Iterator[tuple[int, int]]:
    """The first and the last line of the class or function of that name in a scope."""
    first, _, rest = name.partition(".")
    for node in scope.body:
        if (
            isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name == first
        ):
            if rest and isinstance(node, ast.ClassDef):
                yield from _named(node, rest)
            elif not rest:
                lines = [node.lineno, *(each.lineno for each in node.decorator_list)]
                yield min(lines), node.end_lineno or node.lineno


def shown(bug: Bug, files: Mapping[str, str]) -> str:
    """The bug as a diff of the reference."""
    changed = put_in(bug, files)
    return "".join(_diff(name, files[name], text) for name, text in sorted(changed.items()))


def _diff(name: str, old: str, new: str) -> str:
    lines: Iterable[str] = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), name, name, n=2
    )
    return "".join(lines)
