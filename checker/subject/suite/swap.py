"""Changes the functions of an imported module into those of a changed source.

Code that was imported once need not be imported anew for a change inside of functions.
"""

import ast
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType


def swap(path: Path, old: str, new: str) -> bool:
    """Make the module at `path` what `new` would have made it. False where it must be imported
    anew; then some of its functions may be changed already."""
    names = changed_functions(old, new)
    module = _module(path)
    if not names or module is None:
        return False
    codes = {code.co_qualname: code for code in _codes(compile(new, str(path), "exec"))}
    functions = [
        found
        for found in gc.get_objects()
        if isinstance(found, FunctionType)
        and found.__globals__ is module.__dict__
        and found.__code__.co_qualname in names
    ]
    if {function.__code__.co_qualname for function in functions} != names:
        return False
    for function in functions:
        try:
            function.__code__ = codes[function.__code__.co_qualname]
        except (KeyError, ValueError):  # ValueError: it closes over other variables
            return False
    return True


def changed_functions(old: str, new: str) -> set[str]:
    """The functions whose bodies differ; none where anything else differs."""
    before, after = ast.parse(old), ast.parse(new)
    bodies_before, bodies_after = dict(_emptied(before)), dict(_emptied(after))
    if ast.dump(before) != ast.dump(after):
        return set()
    return {name for name, body in bodies_after.items() if body != bodies_before[name]}


def _emptied(scope: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Take the bodies out of a scope's functions: their names, and what was in them."""
    for node in scope.body:
        if isinstance(node, ast.ClassDef):
            yield from _emptied(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{node.name}", ast.dump(ast.Module(node.body, []))
            node.body = []


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _module(path: Path) -> ModuleType | None:
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and Path(file).name == path.name and Path(file).resolve() == path:
            return module
    return None
