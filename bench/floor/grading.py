"""Runs a lesson's checks on a project, with nothing around them."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bench.floor.evidence import Evidence
from bench.floor.fork import in_fork
from bench.floor.place import Case, Memory, Needs, Place

SEED = 6


def grade(todo: Sequence[Case], project: Path) -> list[str]:
    """Run every check on the project; the ids of those that passed. Raises what one of them says.

    First those that one process can do, then those for which it has imported too much already.
    """
    with folder(project) as place:
        usual = [case for case in todo if not case.needs.pristine]
        memory = in_fork(_run_all, usual, place) if usual else {}
        for case in todo:
            if case.needs.pristine:
                memory = in_fork(_run_one, case, place, memory)
    return [case.id for case in todo]


def _run_all(todo: Sequence[Case], place: Place) -> Memory:
    """The checks in this process, or in a fork of it where they say so."""
    memory: Memory = {}
    place.enter()
    for case in todo:
        if case.needs.fork:
            memory = in_fork(_run_one, case, place, memory)
        else:
            run(case, place, memory)
    return memory


def _run_one(case: Case, place: Place, memory: Memory) -> Memory:
    run(case, place, memory)
    return memory


def run(case: Case, place: Place, memory: Memory) -> Needs:
    """Call one check here. Gives back what it turned out to need."""
    if case.needs.copy:
        root = place.beside(case.id) / "project"
        shutil.copytree(place.root, root)
        place = replace(place, root=root)
    with contextlib.ExitStack() as stack:
        evidence = Evidence(place, case, memory, stack)
        evidence.call(case.function)
        return evidence.project.needs


@contextlib.contextmanager
def folder(project: Path) -> Iterator[Place]:
    memory = "/dev/shm"  # noqa: S108 - as the checker does: no commit waits for a disk there
    where = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="posts-floor-", dir=where) as own:
        yield Place(project, Path(own), SEED)
