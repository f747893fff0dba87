"""Evidence from the submission's source: parsed, never run, and found by what is imported.

No lesson's text says which file a class stands in, so no check may: `definition("app.models.Book")`
finds it through re-exports and aliases, `package("app.models")` is one file or a folder of them,
and `reached` is what modules import. A class or function that the source alone does not show is
found by the `definitions` fixture, which asks the code.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from checker.judge.claim import asked
from checker.judge.evidence.module import Function, Module, bound, dotted, is_named, methods
from checker.judge.evidence.parsing import Parser, TooMuch
from checker.judge.unmet import Unmet
from checker.judge.witness import witnessed
from checker.report import Location

__all__ = ["Definition", "Function", "Module", "Source", "dotted", "is_named", "methods"]


MOST_SOURCE = 256 * 1024
"""Bytes of one file."""


@dataclass(frozen=True)
class Definition:
    """Where a name of the project is defined. `name` is that of the place itself:
    `app.models.library.Book` for what `app.models` re-exports.

    `lineage` are the class itself and those of the project's that it inherits from, nearest first;
    of anything else, nothing.
    """

    name: str
    module: Module
    node: ast.stmt
    lineage: "tuple[Definition, ...]" = ()

    @property
    def at(self) -> Location:
        return self.module.at(self.node)

    @property
    def modules(self) -> list[Module]:
        """The files that it and what it inherits from stand in, each once."""
        found = [self.module, *(each.module for each in self.lineage)]
        return list({module.file: module for module in found}.values())

    @property
    def members(self) -> list[str]:
        """The names that a class's own body binds."""
        body = self.node.body if isinstance(self.node, ast.ClassDef) else []
        return list(bound(body))

    @property
    def methods(self) -> dict[str, tuple[Module, Function]]:
        """The functions of a class, inherited ones too, each with the file that it stands in."""
        found: dict[str, tuple[Module, Function]] = {}
        for each in reversed(self.lineage):
            if isinstance(each.node, ast.ClassDef):
                found |= {key: (each.module, node) for key, node in methods(each.node).items()}
        return found


class Source:
    """The files of the submission, each read and parsed once.

    `read` are the files that were asked for since it was last cleared.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._modules: dict[str, Module] = {}
        self.read: set[str] = set()
        self._parser = Parser()

    @witnessed
    def exists(self, file: str) -> bool:
        self.read.add(file)
        return (self._root / file).is_file()

    @witnessed
    def files(self, pattern: str) -> list[str]:
        """The project's files that match a glob, in order: `app/**/*.py`."""
        found = (path for path in self._root.glob(pattern) if path.is_file())
        return sorted(path.relative_to(self._root).as_posix() for path in found)

    @witnessed
    def text(self, file: str) -> str:
        """The file's text. Raises Unmet where there is none or it is not UTF-8."""
        self.read.add(file)
        path = self._root / file
        if not path.is_file():
            raise Unmet(f"There is no file {file}.", f"A file {file}.")
        if path.stat().st_size > MOST_SOURCE:
            raise Unmet(
                f"{file} is longer than {MOST_SOURCE // 1024} KB.",
                "Files of a length that somebody reads.",
                Location(file=file, line=1),
            )
        try:
            return path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            raise Unmet(
                f"{file} is not UTF-8: byte 0x{error.object[error.start]:02x} in line {line}.",
                "Source files saved as UTF-8.",
                Location(file=file, line=line),
            ) from error

    @witnessed
    def module(self, file: str) -> Module:
        """The file parsed. Raises Unmet where it is missing or not Python."""
        self.read.add(file)
        asked.set(file)
        if file not in self._modules:
            text = self.text(file)
            try:
                tree = self._parser.tree(text)
            except TooMuch as error:
                raise Unmet(
                    f"{file} is more than is parsed: {error}.",
                    "Code of a size that somebody reads.",
                    Location(file=file, line=1),
                ) from error
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
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

    def named(self, name: str) -> Module | None:
        """The module that is imported under that name; None where the project has no such file.

        A folder without an `__init__.py` is importable and is no file.
        """
        path = name.replace(".", "/")
        for file in (f"{path}/__init__.py", f"{path}.py"):
            if name and self.exists(file):
                return self.module(file)
        return None

    def package(self, name: str) -> list[Module]:
        """All files of `app.models`, be it the file `app/models.py` or the folder `app/models/`."""
        path = name.replace(".", "/")
        folder = self.files(f"{path}/**/*.py")
        return [self.module(file) for file in folder or self.files(f"{path}.py")]

    def reached(self, *names: str, but: Sequence[str] = ()) -> list[Module]:
        """The packages and modules of these names, and all of the project that they import, and so
        on. What is in a package of `but` is not looked into, and not among them."""
        found: dict[str, Module] = {}
        waiting = [module for name in names for module in self.package(name)]
        while waiting:
            module = waiting.pop(0)
            if module.file not in found and not any(_within(module.name, name) for name in but):
                found[module.file] = module
                waiting += self._imported(module)
        return list(found.values())

    def resolve(self, name: str) -> str:
        """The name under which that is defined: `app.models.library.Book` for `app.models.Book`.

        Re-exports, aliases and `import *` of the project's modules are followed. What comes from
        a library keeps the name that the library's import gives it.
        """
        seen: set[str] = set()
        while name not in seen:
            seen.add(name)
            name = self._step(name)
        return name

    def full(self, module: Module, node: ast.expr) -> str:
        """The name that an expression in that module spells, resolved."""
        return self.resolve(module.full(node))

    def calls(self, module: Module, name: str) -> list[ast.Call]:
        """Calls of `name` or of `….name`, under whatever name the project re-exports it."""
        calls = (node for node in module.walk() if isinstance(node, ast.Call))
        return [node for node in calls if is_named(self.full(module, node.func), name)]

    def definition(self, name: str) -> Definition | None:
        """Where a name is defined, as far as the source shows; None where it does not."""
        name = self.resolve(name)
        module, rest = self._split(name)
        if module is None or not rest:
            return None
        first, *inner = rest.split(".")
        node = module.defined.get(first)
        for each in inner:
            body = node.body if isinstance(node, ast.ClassDef) else []
            node = next((n for n in body if getattr(n, "name", None) == each), None)
        return Definition(name, module, node, self._lineage(name, module, node)) if node else None

    def _lineage(
        self, name: str, module: Module, node: ast.stmt, below: tuple[str, ...] = ()
    ) -> tuple[Definition, ...]:
        """A class and the project's that it inherits from, as its source names them."""
        if not isinstance(node, ast.ClassDef) or name in below:
            return ()
        found = {name: Definition(name, module, node)}
        for base in node.bases:
            bare = base.value if isinstance(base, ast.Subscript) else base
            origin, rest = self._split(full := self.full(module, bare))
            defined = origin.defined.get(rest) if origin else None
            if origin and defined:
                inherited = self._lineage(full, origin, defined, (*below, name))
                found |= {each.name: each for each in inherited}
        return tuple(found.values())

    def _step(self, name: str) -> str:
        """A name one import nearer to its definition; the same where it is there."""
        module, rest = self._split(name)
        if module is None or not rest:
            return name
        first, dot, inner = rest.partition(".")
        if first in module.names:
            return module.names[first] + dot + inner
        if first not in module.defined and (star := self._star(module, first, set())):
            return f"{star}.{rest}"
        return name

    def _star(self, module: Module, name: str, seen: set[str]) -> str:
        """The module whose `import *` brings a name to another; empty where none does."""
        for star in module.stars:
            origin = self.named(star) if star not in seen else None
            seen.add(star)
            if origin and name in {**origin.defined, **origin.names}:
                return star
            if origin and (further := self._star(origin, name, seen)):
                return further
        return ""

    def _split(self, name: str) -> tuple[Module | None, str]:
        """The project's module at the beginning of a dotted name, and what follows."""
        parts = name.split(".")
        for length in range(len(parts), 0, -1):
            if module := self.named(".".join(parts[:length])):
                return module, ".".join(parts[length:])
        return None, name

    def _imported(self, module: Module) -> Iterator[Module]:
        """The project's own modules that one imports: `from app import models` is one too."""
        for name, _ in module.imports:
            found, _ = self._split(name.removesuffix(".*"))
            if found is not None:
                yield found


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")
