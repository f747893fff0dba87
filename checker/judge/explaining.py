"""Puts into words what a failure shows beyond itself: its meaning, its place, the name meant."""

import builtins
import difflib
import json
import os
import re
from collections.abc import Iterable, Iterator
from copy import copy
from functools import partial
from pathlib import Path

from checker.judge.evidence.module import Module
from checker.judge.evidence.source import Source
from checker.judge.faults import Fault, explanation
from checker.judge.unmet import Unmet
from checker.report import Location

_PLACE = re.compile(r"\bat (?P<file>[\w./-]+\.py):(?P<line>\d+)")
_UNAWAITED = re.compile(
    r"^(?:(?P<file>\S+\.py):(?P<line>\d+): )?.*coroutine '[\w.]+' was never awaited", re.MULTILINE
)
_UNDEFINED = re.compile(r"name '(?P<name>\w+)' is not defined")
_IMPORT = re.compile(r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'")
_MODULE = re.compile(r"No module named '(?P<name>[\w.]+)'")
_ATTRIBUTE = re.compile(
    r"'(?P<owner>[\w.]+)'(?: object)? has no attribute '(?P<name>\w+)'"
    r"|'(?P<keyword>\w+)' is an invalid keyword argument for (?P<model>\w+)"
)
_KEYWORD = re.compile(r"(?P<function>\w+)\(\) got an unexpected keyword argument '(?P<name>\w+)'")


def explained(unmet: Unmet, source: Source, printed: str, faults: Iterable[Fault]) -> Unmet:
    """The failure with what it means and what helps, where the text says more than it seems.

    Of what was `printed`, only a coroutine that was never awaited explains anything: the rest may
    be meant so.
    """
    warned = (each for each in _UNAWAITED.finditer(printed) if "site-packages" not in each[0])
    unawaited = next(warned, None)  # a library's own follows from another fault
    text = f"{unmet.seen}\n{unawaited[0] if unawaited else ''}"
    means = None if unmet.final else explanation(text, faults)
    near = _near(unmet, source)
    found = copy(unmet)
    added = [each for each in (means.seen if means else "", near) if each not in unmet.seen]
    ended = unmet.seen if unmet.seen[-1:] in {*".!?"} or not added else f"{unmet.seen}."
    found.seen = " ".join([ended, *added])
    if means:
        found.wanted = " ".join(each for each in (unmet.wanted, means.wanted) if each)
        if unmet.errata == ():  # an exception, which by itself shows none
            found.errata = means.errata
    if found.at is None:
        found.at = _place(_PLACE.search(unmet.seen) or unawaited, source)
    return found


def worth_showing(printed: str, root: Path) -> str:
    """The last lines of an output, without what the libraries print at every start and stop.

    Of a traceback the places in the project under `root` are left, and the exception; of warnings
    those about the project. Of an error that is logged in JSON its traceback is shown.
    """
    own = partial(_own_place, root)
    plain = "".join(map(_unfolded, printed.splitlines(keepends=True)))
    lines = [line.rstrip() for line in _WARNING.sub(own, _FRAME.sub(own, plain)).splitlines()]
    kept = [line for line in lines if line and not _LIBRARIES.match(line)]
    return "\n".join(line[:_WIDEST] for line in kept[-_MOST_LINES:])


def _unfolded(line: str) -> str:
    """A line as it is; of an object in JSON that tells an error, the traceback in a field of it."""
    if not line.startswith("{") or _TRACEBACK not in line:
        return line
    try:
        values = list(json.loads(line).values())
    except (ValueError, RecursionError):
        return line
    texts = [each for each in values if isinstance(each, str)]
    trace = next((each for each in texts if _TRACEBACK in each), None)
    level = any(each.upper() in _ERRORS for each in texts)
    return f"{trace.rstrip()}\n" if trace and level else line


def _own_place(root: Path, frame: re.Match[str]) -> str:
    prefix = f"{root}{os.sep}"
    return frame[0].replace(prefix, "") if frame["file"].startswith(prefix) else ""


_TRACEBACK = "Traceback (most recent call last):"
_ERRORS = ("ERROR", "CRITICAL", "FATAL")
_MOST_LINES = 8
_WIDEST = 200
_LIBRARIES = re.compile(
    r"INFO: +(Started server|Waiting for|Application (startup|shutdown)|Uvicorn running|Shutting"
    r"|Finished server)|INFO  \[alembic\.|\(Background on this error at: "
    r"|RuntimeWarning: Enable tracemalloc"
)
_FRAME = re.compile(r'^ +(?:\| )?File "(?P<file>[^"\n]+)", line .*\n(?: {4,}.*\n)*', re.MULTILINE)
"""One call of a traceback, with its source."""
_WARNING = re.compile(r"^(?P<file>/\S+\.py):\d+: \w+Warning: .*\n(?: +.*\n)?", re.MULTILINE)


def _place(found: re.Match[str] | None, source: Source) -> Location | None:
    """The place in the project that a text names; None where the project has no such file."""
    if not found or not found["file"]:
        return None
    file = next((each for each in _files(source) if found["file"].endswith(each)), None)
    return Location(file=file, line=int(found["line"])) if file else None


def _near(unmet: Unmet, source: Source) -> str:
    """A sentence with the name that was meant, most likely; empty where there is none like it."""
    read = set(source.read)
    name, offers = _offers(unmet, source)
    source.read.clear()
    source.read |= read
    others = {each for each in offers if each != name and not each.endswith(f".{name}")}
    near = difflib.get_close_matches(name, sorted(others), n=1, cutoff=0.7)
    return f"There is {near[0]}: a typing error?" if near else ""


def _offers(unmet: Unmet, source: Source) -> tuple[str, Iterable[str]]:
    """The name that was not found, and those that are there."""
    text = unmet.seen
    if found := _UNDEFINED.search(text):
        here = _module(source, unmet.at.file) if unmet.at else None
        return found["name"], [*_names(here), *dir(builtins)] if here else ()
    if found := _IMPORT.search(text):
        return found["name"], _names(source.named(found["module"]))
    if found := _MODULE.search(text):
        return found["name"], [module.name for module in _modules(source)]
    if found := _ATTRIBUTE.search(text):
        owner = found["owner"] or found["model"]
        return found["name"] or found["keyword"], _members(source, owner)
    if found := _KEYWORD.search(text):
        return found["name"], _parameters(source, found["function"])
    return "", ()


def _files(source: Source) -> list[str]:
    return source.files("**/*.py")


def _module(source: Source, file: str) -> Module | None:
    try:
        return source.module(file)
    except Unmet:  # no Python, which another failure says
        return None


def _modules(source: Source) -> list[Module]:
    return [module for file in _files(source) if (module := _module(source, file))]


def _names(module: Module | None) -> list[str]:
    return [*module.defined, *module.names] if module else []


def _members(source: Source, owner: str) -> Iterator[str]:
    """What a module of the project, or its classes of that name, have."""
    if "." in owner:
        yield from _names(source.named(owner))
    for module in _modules(source):
        found = source.definition(f"{module.name}.{owner}") if owner in module.classes else None
        for each in found.lineage if found else ():
            yield from (key.rpartition(".")[2] for key in each.members)


def _parameters(source: Source, function: str) -> Iterator[str]:
    for module in _modules(source):
        for name, node in module.functions.items():
            if name.rpartition(".")[2] == function:
                yield from (each.arg for each in (*node.args.args, *node.args.kwonlyargs))
