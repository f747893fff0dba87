"""One file of the submission, parsed, and what the names in it stand for."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from checker.report import Location

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One parsed file. `file` is its path in the project."""

    file: str
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """As it is imported: `app.models` for `app/models.py` and for `app/models/__init__.py`."""
        return self.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

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
    def functions(self) -> dict[str, Function]:
        """Every function by name, methods as `Class.method`."""
        found = {node.name: node for node in self.tree.body if isinstance(node, Function)}
        for name, class_ in self.classes.items():
            found |= {f"{name}.{key}": node for key, node in methods(class_).items()}
        return found

    @cached_property
    def imports(self) -> list[tuple[str, ast.Import | ast.ImportFrom]]:
        """Every imported name in full (`fastapi.Depends`), with the statement that imports it.

        Relative ones too: `from .base import Base` in `app/models/user.py` is
        `app.models.base.Base`.
        """
        found: list[tuple[str, ast.Import | ast.ImportFrom]] = []
        for node in self.walk():
            if isinstance(node, ast.Import):
                found += [(alias.name, node) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [(f"{self._origin(node)}.{alias.name}", node) for alias in node.names]
        return found

    @cached_property
    def stars(self) -> list[str]:
        """The modules from which it imports `*`."""
        return [name.removesuffix(".*") for name, _ in self.imports if name.endswith(".*")]

    @cached_property
    def defined(self) -> dict[str, ast.stmt]:
        """The classes, functions and variables that the module makes itself, by name."""
        return bound(self.tree.body)

    @cached_property
    def names(self) -> dict[str, str]:
        """What each imported name stands for, and each that is another name for something:
        `{"sa": "sqlalchemy", "mc": "sqlalchemy.orm.mapped_column"}`."""
        found: dict[str, str] = {}
        for node in self.walk():
            if isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.partition(".")[0]
                    found[alias.asname or first] = alias.name if alias.asname else first
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{self._origin(node)}.{alias.name}"
        for name, node in self.defined.items():
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            if value is not None and (spelt := dotted(value)):
                first, dot, rest = spelt.partition(".")
                here = f"{self.name}.{first}" if first in self.defined else first
                if first != name:
                    found[name] = found.get(first, here) + dot + rest
        return found

    def full(self, node: ast.expr) -> str:
        """The name that an expression spells, in full: of `mc`, `sqlalchemy.orm.mapped_column`.

        Empty where it spells none. `Source.full` also follows what the project re-exports.
        """
        if isinstance(node, ast.Name):
            own = f"{self.name}.{node.id}" if node.id in self.defined else node.id
            return self.names.get(node.id, own)
        if isinstance(node, ast.Attribute):
            inner = self.full(node.value)
            return f"{inner}.{node.attr}" if inner else node.attr
        return ""

    def calls(self, name: str) -> list[ast.Call]:
        """Calls of `name` or of `….name`, whatever alias it was imported under."""
        return [
            node
            for node in self.walk()
            if isinstance(node, ast.Call) and is_named(self.full(node.func), name)
        ]

    def _origin(self, node: ast.ImportFrom) -> str:
        """The module of a `from … import`, relative ones from this module's package."""
        if not node.level:
            return node.module or ""
        parts = self.file.split("/")[:-1]
        parts = parts[: len(parts) - node.level + 1]
        return ".".join([*parts, *([node.module] if node.module else [])])


def bound(body: Sequence[ast.stmt]) -> dict[str, ast.stmt]:
    """The names that the body of a module or class binds itself, each with the statement."""
    found: dict[str, ast.stmt] = {}
    for node in _statements(body):
        if isinstance(node, Function | ast.ClassDef):
            found[node.name] = node
        else:
            found |= dict.fromkeys(_assigned(node), node)
    return found


def methods(class_: ast.ClassDef) -> dict[str, Function]:
    """The functions in a class's own body, by name."""
    return {node.name: node for node in class_.body if isinstance(node, Function)}


def is_named(full: str, name: str) -> bool:
    """Whether `full` is `name`, or ends with it after a dot."""
    return full == name or full.endswith(f".{name}")


def dotted(node: ast.expr) -> str:
    """The dotted name that an expression spells (`sa.Column`), empty where it is none."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else node.attr
    return ""


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """A module's statements, those under `if`, `try` and `with` among them."""
    for node in body:
        yield node
        for name in ("body", "orelse", "finalbody", "handlers"):
            if isinstance(node, ast.If | ast.Try | ast.With):
                for inner in getattr(node, name, []):
                    nested = inner.body if isinstance(inner, ast.ExceptHandler) else [inner]
                    yield from _statements(nested)


def _assigned(node: ast.stmt) -> list[str]:
    """The names to which a statement assigns."""
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    else:
        return []
    found = (name for target in targets for name in ast.walk(target))
    return [n.id for n in found if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
