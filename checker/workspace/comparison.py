"""The learner's files against the reference's."""

import ast
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten

from checker.curriculum import Curriculum, Lesson
from checker.curriculum.composition import solution, solved
from checker.workspace.moving import content

_TESTS = "tests/"
_WIDTH = 80
_DEFINES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class FileDiff:
    """One file that differs, as a unified diff from the learner's to the reference's.

    Behind the place of each hunk stands what the reference says of the code that it is in.
    """

    file: str
    text: str
    lacking: tuple[str, ...] = ()
    """Of a file of tests: those of the reference's whose names no test of the learner's has."""

    def lacks(self) -> str:
        """The same as a sentence, or nothing."""
        if not self.lacking:
            return ""
        return f"{self.file} has these, and yours has none of that name: {', '.join(self.lacking)}."


def diff(curriculum: Curriculum, root: Path, lesson: Lesson) -> list[FileDiff]:
    """Compare the files that the lesson's solution adds or changes. Equal files are left out."""
    reference = solved(curriculum, lesson)
    known = _tests_in(root)
    found = []
    for file in sorted(solution(lesson)):
        theirs = reference[file].read_bytes()
        mine = content(root / file)
        if mine != theirs:
            lacking = (
                tuple(name for name in _tests(theirs) if name not in known)
                if file.startswith(_TESTS)
                else ()
            )
            found.append(FileDiff(file, _unified(file, mine, theirs), lacking))
    return found


def _tests_in(root: Path) -> set[str]:
    """The names of the learner's tests, in whatever file."""
    files = (root / _TESTS).rglob("*.py")
    return {name for file in files for name in _tests(content(file) or b"")}


def _tests(source: bytes) -> list[str]:
    tree = _parsed(source)
    nodes = ast.walk(tree) if tree else ()
    return [
        node.name
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test")
    ]


def _parsed(source: bytes) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _unified(file: str, mine: bytes | None, theirs: bytes) -> str:
    try:
        before = "" if mine is None else mine.decode()
        after = theirs.decode()
    except UnicodeDecodeError:
        return f"{file}: not UTF-8 text, and it differs.\n"
    lines = list(
        difflib.unified_diff(
            before.splitlines(keepends=True),
            after.splitlines(keepends=True),
            "/dev/null" if mine is None else f"mine/{file}",
            f"reference/{file}",
        )
    )
    if file.endswith(".py"):
        lines = list(_explained(lines, _parsed(theirs)))
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _explained(lines: Sequence[str], reference: ast.Module | None) -> Iterator[str]:
    """The lines of a diff, each hunk with what the reference says of the code that it is in."""
    for place, line in enumerate(lines):
        if reference and (hunk := re.match(r"@@ -\S+ \+(\d+)\S* @@", line)):
            at = int(hunk.group(1))
            for following in lines[place + 1 :]:
                if following[:1] in "-+":
                    break
                at += 1
            yield f"{shorten(line.rstrip() + _said_of(reference, at), _WIDTH, placeholder='…')}\n"
        else:
            yield line


def _said_of(module: ast.Module, line: int) -> str:
    """Name and first sentence of the innermost thing with a docstring around a line."""
    said, name = _sentence(module), ""
    around: ast.Module | _DEFINES | None = module
    while around is not None:
        inner = next(
            (
                each
                for each in around.body
                if isinstance(each, _DEFINES)
                and min([each.lineno, *(d.lineno for d in each.decorator_list)]) <= line
                and line <= (each.end_lineno or each.lineno)
            ),
            None,
        )
        if inner is not None:
            name = f"{name}.{inner.name}".lstrip(".")
            said = f"{name}: {_sentence(inner)}" if _sentence(inner) else f"{name}"
        around = inner
    return f" {said}" if said else ""


def _sentence(node: ast.Module | _DEFINES) -> str:
    paragraph = " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())
    first, end, _ = paragraph.partition(". ")
    return f"{first}{end.rstrip()}"
