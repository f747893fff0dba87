"""`python look.py PROJECT MOST`: look through a project's source for the names by which one reaches
into the interpreter or the checker.

It is run by itself with the standard library alone, and prints lines of JSON: each file before it
is parsed, then what was found in it.
"""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

MODULES = frozenset({"__main__", "_ctypes", "cffi", "checker", "ctypes", "gc", "kit"})
"""Importing them, or a part of them, is reaching. The process that answers is `__main__`, its
course's kit is `kit`."""
NAMES = frozenset(
    {
        "inspect.currentframe",
        "inspect.getinnerframes",
        "inspect.getouterframes",
        "inspect.stack",
        "inspect.trace",
        "sys._current_exceptions",
        "sys._current_frames",
        "sys._getframe",
        "sys._getframemodulename",
        "sys.addaudithook",
        "sys.modules",
        "sys.monitoring",
        "sys.setprofile",
        "sys.settrace",
        "threading.setprofile",
        "threading.setprofile_all_threads",
        "threading.settrace",
        "threading.settrace_all_threads",
    }
)
ATTRIBUTES = frozenset(
    {
        *("ag_frame", "cr_frame", "gi_frame", "tb_frame"),
        *("f_back", "f_builtins", "f_globals", "f_locals"),
        *("__code__", "__globals__"),
    }
)
"""Of whatever object: of a frame, or the way to one, or what a function is made of."""
BUILTINS = frozenset({"__import__", "eval", "exec"})
"""What they run is not there to be looked at."""
IMPORTERS = frozenset({"__import__", "importlib.import_module", "importlib.__import__"})
COMPILED = frozenset({".pyc", ".pyd", ".so"})

UNREAD = "more than can be looked at"
MOST_SOURCE = 256 * 1024
"""Bytes of one file. Parsed, it takes a thousand times as much memory."""
MEMORY = 2**30
SECONDS = 20
"""Of the processor."""

Found = tuple[int, str]
"""A line, and what is named there."""


def reached(tree: ast.Module) -> list[Found]:
    """What a module reaches for, each name once in a line, in order."""
    aliases = _aliases(tree)
    return sorted({found for node in ast.walk(tree) for found in _reached(node, aliases)})


def _reached(node: ast.AST, aliases: dict[str, str]) -> Iterator[Found]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [] if node.level else [f"{node.module}.{alias.name}" for alias in node.names]
    elif isinstance(node, ast.Attribute | ast.Name):
        full = _full(node, aliases)
        last = full.rpartition(".")[2]
        if full in NAMES or full in BUILTINS:
            yield node.lineno, full
        elif isinstance(node, ast.Attribute) and last in ATTRIBUTES:
            yield node.lineno, last
        return
    elif isinstance(node, ast.Call):
        yield from _called(node, aliases)
        return
    else:
        return
    for name in names:
        if name.partition(".")[0] in MODULES or name in NAMES:
            yield node.lineno, name


def _called(node: ast.Call, aliases: dict[str, str]) -> Iterator[Found]:
    """A module that is imported, or an attribute that is got, by its name as a text."""
    texts = [each.value if isinstance(each, ast.Constant) else None for each in node.args]
    function = _full(node.func, aliases)
    if function in IMPORTERS and texts and isinstance(texts[0], str):
        if texts[0].partition(".")[0] in MODULES:
            yield node.lineno, texts[0]
    elif function == "getattr" and len(texts) > 1 and isinstance(texts[1], str):
        full = f"{_full(node.args[0], aliases)}.{texts[1]}"
        if full in NAMES:
            yield node.lineno, full
        elif texts[1] in ATTRIBUTES:
            yield node.lineno, texts[1]


def _aliases(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.asname: each.name for each in node.names if each.asname}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return found


def _full(node: ast.expr, aliases: dict[str, str]) -> str:
    """The dotted name that an expression spells, its first part as it was imported."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    first = aliases.get(node.id, node.id) if isinstance(node, ast.Name) else ""
    return ".".join([first, *reversed(parts)])


def looked_at(project: Path) -> Iterator[tuple[str, list[Found]]]:
    """Each file of the project's code, first with nothing and then with what was found in it."""
    for path in sorted(project.rglob("*")):
        file = path.relative_to(project).as_posix()
        if path.suffix in COMPILED and path.is_file():
            yield file, [(1, f"compiled code, {path.suffix}")]
        elif path.suffix == ".py" and path.is_file():
            yield file, []
            yield file, _in_file(path)


def _in_file(path: Path) -> list[Found]:
    """Nothing of what Python does not take for code. The bytes are parsed, since a file may say in
    which encoding it is to be read."""
    if path.stat().st_size > MOST_SOURCE:
        return [(1, UNREAD)]
    try:
        return reached(ast.parse(path.read_bytes()))
    except (SyntaxError, ValueError):
        return []
    except (MemoryError, RecursionError):
        return [(1, UNREAD)]


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main(project: Path, most: int) -> None:
    _limit()
    for file, found in looked_at(project):
        lines = [{"file": file, "what": what, "line": line} for line, what in found[:most]]
        most -= len(lines)
        for line in lines or [{"file": file}]:
            print(json.dumps(line), flush=True)
        if most == 0:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
