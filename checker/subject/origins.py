"""The engine's own probe: where in the project something that can be imported is defined."""

import functools
import importlib
import inspect
import pkgutil
import sys
from pathlib import Path
from types import CodeType
from typing import Any

Place = dict[str, Any]


def origin(name: str) -> dict[str, Any]:
    """Where `app.models.Book` is defined: a class and those of the project's that it inherits
    from, or a function without its decorators, each with its name, file and line.

    `places` is empty for anything else, and None where there is no such name: `missing` is then
    what `module` lacks, and `offers` are the public names that it has.
    """
    module, *rest = _imported(name)
    found: Any = module
    for part in rest:
        if not hasattr(found, part):
            return {
                "places": None,
                "module": module.__name__,
                "missing": part,
                "offers": _offers(found),
            }
        static = inspect.isclass(found)  # a descriptor, and not what it gives
        found = inspect.getattr_static(found, part) if static else getattr(found, part)
    return {"places": _places(found), "module": module.__name__, "missing": "", "offers": []}


def _offers(found: Any) -> list[str]:
    """Its public names, those of modules that are yet to be imported among them."""
    modules = [each.name for each in pkgutil.iter_modules(getattr(found, "__path__", ()))]
    return sorted({key for key in (*dir(found), *modules) if not key.startswith("_")})


def _imported(name: str) -> list[Any]:
    """The module at the beginning of a dotted name, imported, and the names that follow."""
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        tried = ".".join(parts[:length])
        try:
            return [importlib.import_module(tried), *parts[length:]]
        except ModuleNotFoundError as error:
            missing = error.name or ""
            if length == 1 or not (tried == missing or tried.startswith(f"{missing}.")):
                raise
    raise ModuleNotFoundError(f"No module named {name!r}")


def _places(found: Any) -> list[Place]:
    if isinstance(found, type):
        places = (_of_class(cls) for cls in found.__mro__)
        return [place for place in places if place]
    place = _of_function(found)
    return [place] if place else []


def _of_class(cls: type) -> Place | None:
    module = sys.modules.get(cls.__module__)
    file = getattr(module, "__file__", None)
    return _place(cls.__module__, cls.__qualname__, file, 0)


def _of_function(found: Any) -> Place | None:
    if isinstance(found, property):
        found = found.fget
    if isinstance(found, functools.partial):
        found = found.func
    found = inspect.unwrap(getattr(found, "__func__", found))
    code = getattr(found, "__code__", None)
    if not isinstance(code, CodeType):
        return None
    return _place(found.__module__, code.co_qualname, code.co_filename, code.co_firstlineno)


def _place(module: str, name: str, file: str | None, line: int) -> Place | None:
    """None where that is no file of the project's, in whose folder this process works."""
    here = Path.cwd()
    path = here / file if file else None
    if path is None or not path.is_relative_to(here):
        return None
    return {"name": f"{module}.{name}", "file": path.relative_to(here).as_posix(), "line": line}
