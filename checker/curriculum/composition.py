"""Puts project trees together from the lessons' overlays.

base(N) = the solutions of the lessons before N, overlaid in order; start(N) = base and N's
starter; solved(N) = base and N's solution.
"""

import errno
import shutil
from collections.abc import Mapping
from pathlib import Path

from checker.curriculum.lesson import Lesson
from checker.curriculum.library import Curriculum
from checker.errors import UserError

Tree = Mapping[str, Path]
"""A project: each path in it (POSIX) and the file that holds its content."""

_DROPPINGS = frozenset({"__pycache__", ".DS_Store", ".pytest_cache", ".ruff_cache", ".mypy_cache"})
_DROPPING_ENDINGS = (".pyc", ".orig", ".rej", ".swp", ".swo", "~")


def overlay(folder: Path) -> Tree:
    """The files below a folder, without what tools leave behind. Empty where there is none."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not is_dropping(path.relative_to(folder))
    }


def is_dropping(path: Path) -> bool:
    """Whether a path in an overlay is what Python, an editor or another tool left behind."""
    return (
        path.name.endswith(_DROPPING_ENDINGS)
        or path.name.startswith((".#", "#"))  # Emacs' locks and unsaved files
        or not _DROPPINGS.isdisjoint(path.parts)
    )


def starter(lesson: Lesson) -> Tree:
    return overlay(lesson.folder / "starter")


def solution(lesson: Lesson) -> Tree:
    return overlay(lesson.solution)


def base(curriculum: Curriculum, lesson: Lesson) -> Tree:
    """What the project holds when the lesson begins."""
    tree: dict[str, Path] = {}
    for earlier in curriculum.up_to(lesson):
        tree |= solution(earlier)
    return tree


def start(curriculum: Curriculum, lesson: Lesson) -> Tree:
    return {**base(curriculum, lesson), **starter(lesson)}


def solved(curriculum: Curriculum, lesson: Lesson) -> Tree:
    return {**base(curriculum, lesson), **solution(lesson)}


def write(tree: Tree, to: Path) -> None:
    """Write a tree into a folder that is empty or does not exist yet.

    Raises UserError. Where the disk fills up, what was written until then stays.
    """
    try:
        if to.exists() and (not to.is_dir() or any(to.iterdir())):
            raise UserError(f"{to} is there already.", "Name a folder that is empty or new.")
        for name, source in tree.items():
            target = to / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            next_step = f"Free some space, remove {to} and run the command again."
        else:
            next_step = "Name a folder that you can write to."
        raise UserError(f"{to} cannot be written: {error.strerror}.", next_step) from error
