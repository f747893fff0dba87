"""Evidence from the submission's source: parsed, never run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from checker.judge.unmet import Unmet
from checker.report import Location


@dataclass(frozen=True)
class Module:
    """One parsed file. `file` is its path in the project."""

    file: str
    text: str
    tree: ast.Module

    def at(self, node: ast.AST | int) -> Location:
        """The place of a node, or of a line, for a failure message."""
        line = node if isinstance(node, int) else getattr(node, "lineno", 1)
        return Location(file=self.file, line=line)

    def walk(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        return {node.name: node for node in self.walk() if isinstance(node, ast.ClassDef)}

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function by name, methods as `Class.method`."""
        found: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found[node.name] = node
        for name, class_ in self.classes.items():
            for node in class_.body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    found[f"{name}.{node.name}"] = node
        return found

    @cached_property
    def imports(self) -> list[tuple[str, ast.Import | ast.ImportFrom]]:
        """Every imported name in full (`fastapi.Depends`), with the statement that imports it."""
        found: list[tuple[str, ast.Import | ast.ImportFrom]] = []
        for node in self.walk():
            if isinstance(node, ast.Import):
                found += [(alias.name, node) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                found += [(f"{module}.{alias.name}", node) for alias in node.names]
        return found

    def calls(self, name: str) -> list[ast.Call]:
        """Calls of `name` or of `….name`."""
        return [
            node
            for node in self.walk()
            if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] == name
        ]


class Source:
    """The files of the submission, each read and parsed once.

    `read` are the files that were asked for since it was last cleared.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._modules: dict[str, Module] = {}
        self.read: set[str] = set()

    def exists(self, file: str) -> bool:
        self.read.add(file)
        return (self._root / file).is_file()

    def files(self, pattern: str) -> list[str]:
        """The project's files that match a glob, in order: `app/**/*.py`."""
        found = (path for path in self._root.glob(pattern) if path.is_file())
        return sorted(path.relative_to(self._root).as_posix() for path in found)

    def text(self, file: str) -> str:
        """The file's text. Raises Unmet where there is none or it is not UTF-8."""
        self.read.add(file)
        path = self._root / file
        if not path.is_file():
            raise Unmet(f"There is no file {file}.", f"A file {file}.")
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            raise Unmet(
                f"{file} is not UTF-8: byte 0x{error.object[error.start]:02x} in line {line}.",
                "Source files saved as UTF-8.",
                Location(file=file, line=line),
            ) from error

    def module(self, file: str) -> Module:
        """The file parsed. Raises Unmet where it is missing or not Python."""
        self.read.add(file)
        if file not in self._modules:
            text = self.text(file)
            try:
                tree = ast.parse(text, filename=file)
            except (SyntaxError, ValueError, RecursionError) as error:
                line = getattr(error, "lineno", None) or 1
                message = getattr(error, "msg", None) or str(error)
                raise Unmet(
                    f"{file} is not valid Python: {message}.",
                    "A file that Python can parse.",
                    Location(file=file, line=line),
                ) from error
            self._modules[file] = Module(file, text, tree)
        return self._modules[file]

    def modules(self, pattern: str) -> list[Module]:
        """Every file that matches a glob, parsed."""
        return [self.module(file) for file in self.files(pattern)]


def dotted(node: ast.expr) -> str:
    """The dotted name that an expression spells (`sa.Column`), empty where it is none."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else node.attr
    return ""
