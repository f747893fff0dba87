"""The bugs that the learner's tests let through, to be looked at after some tries."""

import shutil
from pathlib import Path

from checker.commands import command
from checker.curriculum import Curriculum, Lesson, Task
from checker.curriculum.bugs import Bug, load_bugs, put_in, service, stays
from checker.curriculum.composition import overlay
from checker.curriculum.reached import reference
from checker.errors import UserError
from checker.workspace.location import FOLDER
from checker.workspace.progress import Progress
from checker.workspace.writing import explained

TRIES = 2
"""Gradings that a bug gets past before it is shown."""


def shown_bugs(progress: Progress, lesson: Lesson, task: Task | None = None) -> list[Bug]:
    """The bugs that may be shown by now, of a task or of the whole lesson."""
    survivors = progress.of(lesson.id).survivors
    checks = task.checks if task else lesson.checks
    often = {
        name
        for check in checks
        for name, times in survivors.get(check, {}).items()
        if times >= TRIES
    }
    return [bug for bug in load_bugs(lesson) if bug.name in often]


def bug_named(progress: Progress, lesson: Lesson, name: str) -> Bug:
    """The bug of that name, where it may be shown. Raises UserError."""
    known = {bug.name: bug for bug in load_bugs(lesson)}
    shown = {bug.name: bug for bug in shown_bugs(progress, lesson)}
    if name in shown:
        return shown[name]
    if name not in known:
        raise UserError(f"Lesson {lesson.number} has no bug {name!r}.", _which(list(shown)))
    raise UserError(
        f"The bug {name} is shown once it has got past your tests {TRIES} times.",
        f"Write a test for it and grade: {command(f'check {lesson.number}')}",
    )


def put_beside(curriculum: Curriculum, lesson: Lesson, root: Path, bug: Bug) -> Path:
    """A folder with the learner's tests and the reference with the bug. Raises UserError."""
    folder = root / FOLDER / "bugs" / bug.name
    tree = reference(curriculum, lesson, root)
    changed = put_in(bug, service(tree))
    with explained(folder):
        shutil.rmtree(folder, ignore_errors=True)
        for name, path in overlay(root).items():
            if stays(name):
                _copy(path, folder / name)
        for name, path in tree.items():
            if not stays(name):
                _copy(path, folder / name)
        for name, text in changed.items():
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)


def _which(names: list[str]) -> str:
    return f"To be had: {', '.join(names)}." if names else "None is shown yet."
