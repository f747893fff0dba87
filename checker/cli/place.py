"""Where the learner is: the curriculum, the project's folder and the progress in it."""

import contextlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import typer

from checker.curriculum import Curriculum, Lesson, load_curriculum
from checker.curriculum.library import ROOT
from checker.errors import UserError
from checker.workspace import Progress, find, is_workspace, load, reached, save

CURRICULUM = "CHECKER_CURRICULUM"


def curriculum() -> Curriculum:
    """The clone's lessons, or those of the folder that CHECKER_CURRICULUM names."""
    named = os.environ.get(CURRICULUM)
    found = load_curriculum(Path(named).resolve() if named else ROOT)
    if not found.lessons:
        raise UserError(f"{found.root / 'lessons'} holds no lesson.", "Update your clone.")
    return found


@dataclass(frozen=True)
class Place:
    """A workspace as one command finds it."""

    curriculum: Curriculum
    root: Path
    progress: Progress
    current: Lesson

    def lesson(self, name: str | None) -> Lesson:
        """The lesson of that name, or the current one."""
        return self.curriculum.lesson(name) if name is not None else self.current

    def saved(self, progress: Progress) -> Self:
        """The place with that progress, once it is on disk."""
        save(self.root, progress)
        return replace(self, progress=progress)

    def at(self, lesson: Lesson) -> Self:
        return replace(self.saved(self.progress.at(lesson.id)), current=lesson)


def opened(path: Path | None) -> Place:
    """The workspace at `path`, or the one found from here. Raises UserError where there is none."""
    root = find(path)
    if is_workspace(root):
        return open_workspace(curriculum(), root)
    if (root / "app").is_dir():
        raise UserError(
            f"{shown(root)} is a project, but no workspace: it has no progress.",
            f"Make it one with: checker start --path {shown(root)}",
        )
    raise UserError(f"There is no workspace in {shown(root)}.", "Make one with: checker start")


def open_workspace(lessons: Curriculum, root: Path) -> Place:
    """Read the progress. A damaged file is said on standard error, and a new one begun."""
    loaded = load(root)
    if loaded.notice:
        typer.echo(loaded.notice, err=True)
    progress = loaded.progress
    known = {lesson.id: lesson for lesson in lessons.lessons}
    current = known.get(progress.current or "") or reached(lessons, root)
    if loaded.notice:
        typer.echo(f"You seem to be at lesson {current.number}, {current.title}.", err=True)
        progress = progress.at(current.id)
        with contextlib.suppress(UserError):
            save(root, progress)
    return Place(lessons, root, progress, current)


def shown(path: Path) -> str:
    """The path as short as it can be written from here."""
    path = path.absolute()
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


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
