"""Where the learner's project is."""

import os.path
from pathlib import Path

from checker.curriculum import Course
from checker.errors import UserError

FOLDER = ".checker"
"""What makes a folder a workspace: it holds the progress and the backups."""


def find(course: Course, path: Path | None = None, cwd: Path | None = None) -> Path:
    """The folder of the learner's project, which need not exist yet.

    It is `path` where one is given; otherwise the nearest workspace, in this folder or above it or
    under the course's name for it beside one of those; otherwise that name in this folder. Raises
    UserError where a file stands in its place.
    """
    cwd = cwd or Path.cwd()
    root = path if path is not None else _nearest(cwd, course.workspace)
    if os.path.lexists(root) and not is_folder(root):
        raise UserError(
            f"{root} is a file where the project's folder should be.",
            "Give a folder with --path.",
        )
    return root


def is_workspace(root: Path) -> bool:
    return is_folder(root / FOLDER)


def is_folder(path: Path) -> bool:
    """Whether it is a folder; False, too, where it may not be looked at."""
    return os.path.isdir(path)  # noqa: PTH112  (Path.is_dir raises PermissionError)


def no_workspace(course: Course, root: Path, lesson: str = "") -> UserError:
    """What is to be said where a folder is no workspace, and is needed as one: for a lesson, where
    that was named."""
    if is_folder(root / course.marker):
        return UserError(
            f"{shown(root)} is a project, but no workspace: it has no progress.",
            f"Make it one with: checker start --path {shown(root)}",
        )
    makes = f"Make one that begins there with: checker start {lesson}"
    return UserError(
        f"There is no workspace in {shown(root)}.",
        makes if lesson else "Make one with: checker start",
    )


def shown(path: Path) -> str:
    """The path as short as it can be written from here."""
    try:
        here = Path.cwd()
    except FileNotFoundError:  # the folder that we stand in was removed
        return str(path)
    path = path.absolute()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _nearest(cwd: Path, name: str) -> Path:
    for folder in (cwd, *cwd.parents):
        for candidate in (folder, folder / name):
            if is_workspace(candidate):
                return candidate
    return cwd / name
