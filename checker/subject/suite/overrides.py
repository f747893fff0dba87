"""What still stands in for dependencies of an app after its tests."""

import functools
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CellType, FunctionType, MethodType
from typing import Any

_HOLDERS = (
    dict,
    list,
    tuple,
    set,
    frozenset,
    CellType,
    MethodType,
    functools.partial,
    type(functools.cache(len)),
)
"""What holds an app as a variable would: containers, closures and caches."""


def overrides(root: Path) -> list[str]:
    """The names of dependencies that are overridden in an app that a module of the project holds:
    itself, or by its classes, their objects, its containers, functions and caches."""
    modules = {
        name: vars(module)
        for name, module in list(sys.modules.items())
        if isinstance(file := getattr(module, "__file__", None), str)
        and Path(file).is_relative_to(root)
    }
    found = set()
    for value in _held(modules):
        names = getattr(value, "__dict__", {}).get("dependency_overrides")
        if isinstance(names, dict):
            found |= {getattr(key, "__name__", str(key)) for key in names}
    return sorted(found)


def _held(modules: dict[str, dict[str, Any]]) -> Iterator[Any]:
    """Everything that modules hold, as far as the project's own code has put it there."""
    seen: dict[int, Any] = {}  # with the objects themselves, so that no id is given again
    waiting = [
        value
        for variables in modules.values()
        for name, value in list(variables.items())
        if name != "__builtins__"
    ]
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen[id(value)] = value
        yield value
        if isinstance(value, FunctionType):
            if value.__module__ in modules:
                waiting += [value.__closure__, value.__defaults__, value.__kwdefaults__]
                waiting.append(value.__dict__)
        elif isinstance(value, _HOLDERS) or _own(value, modules):
            waiting += gc.get_referents(value)


def _own(value: Any, modules: dict[str, dict[str, Any]]) -> bool:
    """Whether this is a class of the project's, or an object of one."""
    kind = value if isinstance(value, type) else type(value)
    return getattr(kind, "__module__", None) in modules
