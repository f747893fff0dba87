"""Finds the curriculum and the learner's workspace for a command."""

import contextlib
import os
from pathlib import Path

import typer

from checker.curriculum import Curriculum, load_curriculum
from checker.curriculum.library import ROOT
from checker.errors import UserError
from checker.workspace import Workspace, is_workspace, mend, no_workspace, open_in, shown
from checker.workspace import find as find_project

__all__ = ["curriculum", "find", "open_workspace", "opened", "seen_from_repository", "shown"]

CURRICULUM = "CHECKER_CURRICULUM"


def curriculum() -> Curriculum:
    """The clone's lessons, or those of the folder that CHECKER_CURRICULUM names."""
    named = os.environ.get(CURRICULUM)
    found = load_curriculum(Path(named).resolve() if named else ROOT)
    if not found.lessons:
        raise UserError(f"{found.root / 'lessons'} holds no lesson.", "Update your clone.")
    return found


def find(path: Path | None, *, mended: bool = True) -> Path:
    """The project's folder: `path`, or the one found from here. Raises UserError.

    What a command that was cut off had begun there is mended, and said on standard error, unless
    the project is only to be looked at.
    """
    root = find_project(curriculum().course, path)
    if mended and (said := mend(root)):
        typer.echo(said, err=True)
    return root


def opened(path: Path | None, lesson: str = "") -> Workspace:
    """The workspace at `path`, or the one found from here. Raises UserError where there is none,
    which says how to make one, for `lesson` where that is named."""
    known = curriculum()
    root = find(path)
    if is_workspace(root):
        return open_workspace(known, root)
    raise no_workspace(known.course, root, lesson and known.lesson(lesson).number)


def open_workspace(lessons: Curriculum, root: Path) -> Workspace:
    """Read the progress. A damaged file is said on standard error, and a new one begun."""
    workspace = open_in(lessons, root)
    if workspace.notice:
        typer.echo(workspace.notice, err=True)
        typer.echo(
            f"You seem to be at lesson {workspace.current.number}, {workspace.current.title}.",
            err=True,
        )
        with contextlib.suppress(UserError):
            return workspace.at(workspace.current)
    return workspace


def seen_from_repository(path: Path) -> str:
    """The path with slashes, from the repository that a GitHub workflow is about, else from here.

    A workflow's step may run in a folder below its repository; annotations are for the whole.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100  (resolve() would follow a linked project)
    repository = os.environ.get("GITHUB_WORKSPACE")
    for base in (Path(repository) if repository else Path.cwd(), Path.cwd()):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.as_posix()
