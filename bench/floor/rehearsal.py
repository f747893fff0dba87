"""The first round on the floor: what each check needs, and which libraries they all import."""

import contextlib
import importlib
import shutil
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.floor.fork import in_fork
from bench.floor.grading import folder, run
from bench.floor.place import Case, Memory, Needs, NeedsMore, Place, state


def rehearsed(todo: Sequence[Case], project: Path) -> list[Case]:
    """The checks with what each of them needs, seen by running them once.

    What libraries were imported meanwhile, this process has imported afterwards.
    """
    with folder(project) as given:
        place = replace(given, root=given.beside("rehearsal") / "project", watched=True)
        shutil.copytree(project, place.root)
        needs, memory, modules = in_fork(_try_together, todo, place)
        seen = [replace(case, needs=each) for case, each in zip(todo, needs, strict=True)]
        for number, case in enumerate(seen):
            if case.needs.alone:
                more, memory, found = in_fork(_try_alone, case, place, memory)
                seen[number] = replace(case, needs=case.needs | more)
                modules += found
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    return seen


def _try_together(todo: Sequence[Case], place: Place) -> tuple[list[Needs], Memory, list[str]]:
    """Run the checks in this process, each until it turns out to need another."""
    known = set(sys.modules)
    memory: Memory = {}
    pristine = place.root.with_name("pristine")
    shutil.copytree(place.root, pristine)
    files = state(place.root)
    place.enter()
    seen = []
    for case in todo:
        try:
            needs = run(case, place, memory)
        except NeedsMore as more:
            needs = more.needs
        if state(place.root) != files:
            needs |= Needs(pristine=True, copy=True)
            shutil.rmtree(place.root)
            shutil.copytree(pristine, place.root)
            files = state(place.root)
        seen.append(needs)
    return seen, memory, _libraries(known)


def _try_alone(case: Case, place: Place, memory: Memory) -> tuple[Needs, Memory, list[str]]:
    known = set(sys.modules)
    needs = run(replace(case, needs=case.needs | Needs(copy=True)), place, memory)
    return needs, memory, _libraries(known)


def _libraries(known: set[str]) -> list[str]:
    """The libraries' modules that this process has imported beside those."""
    folders = {sysconfig.get_paths()[each] for each in ("purelib", "platlib", "stdlib")}
    return [
        name
        for name, module in list(sys.modules.items())
        if name not in known
        and any(Path(getattr(module, "__file__", None) or "/").is_relative_to(f) for f in folders)
    ]
