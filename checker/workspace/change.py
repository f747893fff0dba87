"""What may change in the learner's project: made, carried forward, caught up, put back."""

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from checker.curriculum import Curriculum, Lesson
from checker.curriculum.composition import Tree, solution, start, starter
from checker.digest import digest_of
from checker.errors import UserError
from checker.subject.snapshot import LEFT_OUT, LEFT_OUT_ENDINGS
from checker.workspace.backups import Backup
from checker.workspace.location import FOLDER, is_workspace
from checker.workspace.moving import content, holds
from checker.workspace.overwriting import Overwritten, overwrite
from checker.workspace.progress import FILE, Progress, save
from checker.workspace.writing import unreadable


@dataclass(frozen=True)
class Advanced:
    """The starter files that were added, and those the learner had already, which stay theirs."""

    added: tuple[str, ...]
    left: tuple[str, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaughtUp:
    """The project as the reference begins the lesson, and the learner's other files in it."""

    change: Overwritten
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Restored:
    """The files put back, and those that were new at that time and have been changed since."""

    change: Overwritten
    kept: tuple[str, ...]


def create(
    curriculum: Curriculum,
    root: Path,
    lesson: Lesson,
    *,
    dry_run: bool = False,
    now: datetime | None = None,
) -> Advanced:
    """Make `root` a workspace that begins at `lesson`.

    A project that is there already is taken over as it is, and so is what a new repository begins
    with. Raises UserError where the folder holds anything else.
    """
    present = _listed(root)
    adopted = any(name.startswith("app/") for name in present)
    if not (adopted or is_workspace(root) or all(map(_stands_before, present))):
        raise UserError(
            f"{root} is not empty, and what is in it is no project.",
            "Name a new folder: checker start --path FOLDER",
        )
    tree = starter(lesson) if adopted else start(curriculum, lesson)
    done = _add(root, tree, dry_run, now)
    if not dry_run:
        save(root, Progress().at(lesson.id))
    return done


def _stands_before(name: str) -> bool:
    """Whether a file may be there before any project is: README, LICENSE, and what is hidden."""
    return re.match(r"(readme|licen[cs]e)(\.|$)|\.", name.lower()) is not None


def advance(
    root: Path, lesson: Lesson, *, dry_run: bool = False, now: datetime | None = None
) -> Advanced:
    """Add the lesson's starter files. A file that the learner has already is left as it is."""
    return _add(root, starter(lesson), dry_run, now)


def catch_up(
    curriculum: Curriculum,
    root: Path,
    lesson: Lesson,
    *,
    dry_run: bool = False,
    now: datetime | None = None,
) -> CaughtUp:
    """Make the project what the reference is when `lesson` begins, after a backup.

    Files that no lesson's reference knows are the learner's own and stay, but for migrations: two
    histories side by side would have two heads.
    """
    target = start(curriculum, lesson)
    known = {name for each in curriculum.lessons for tree in _trees(each) for name in tree}
    present = set(_listed(root))
    known |= {name for name in present if name.startswith("alembic/versions/")}
    changes: dict[str, bytes | None] = dict.fromkeys(sorted((known & present) - target.keys()))
    changes |= _contents(target)
    reason = f"catch-up-{lesson.number}"
    change = overwrite(root, changes, reason=reason, lesson=lesson.id, dry_run=dry_run, now=now)
    return CaughtUp(change, kept=tuple(sorted(present - known)))


def reset(
    root: Path, lesson: Lesson, *, dry_run: bool = False, now: datetime | None = None
) -> Overwritten:
    """Put the lesson's starter files back to their starting state, after a backup."""
    changes = _contents(starter(lesson))
    return overwrite(root, changes, reason=f"reset-{lesson.number}", dry_run=dry_run, now=now)


def restore(
    root: Path, backup: Backup, *, dry_run: bool = False, now: datetime | None = None
) -> Restored:
    """Have the project's files as they were before the change that the backup was made for.

    Files that the change had added go again where they are as it wrote them; the others stay.
    What is replaced or removed goes to a backup that is restored the same way.
    """
    changes: dict[str, bytes | None] = {
        name: content(backup.folder / name) for name in backup.files
    }
    added = backup.manifest.added
    unchanged = [name for name, wrote in added.items() if holds(root / name, wrote)]
    changes |= dict.fromkeys(unchanged)
    kept = [n for n in added if n not in unchanged and os.path.lexists(root / n)]
    change = overwrite(
        root,
        changes,
        reason="restore",
        lesson=backup.manifest.lesson,
        always_backup=True,
        dry_run=dry_run,
        now=now,
    )
    return Restored(change, kept=tuple(sorted(kept)))


def is_begun(root: Path) -> bool:
    """Whether it is a workspace with anything in it: making one may have been cut off."""
    return is_workspace(root) and bool(os.path.lexists(root / FOLDER / FILE) or _listed(root))


def reached(curriculum: Curriculum, root: Path) -> Lesson:
    """The last lesson that has left files of its own in the project: where progress is unknown."""
    present = set(_listed(root))
    reached = curriculum.lessons[0]
    known: set[str] = set()
    for lesson in curriculum.lessons:
        own = {name for tree in _trees(lesson) for name in tree} - known
        known |= own
        if own & present:
            reached = lesson
    return reached


def digest(root: Path) -> str:
    """SHA-256 over the project's files and their names, in hex digits. Raises UserError."""
    return digest_of(
        (name, hashlib.sha256(content(root / name) or b"").hexdigest()) for name in _listed(root)
    )


def _add(root: Path, tree: Tree, dry_run: bool, now: datetime | None) -> Advanced:
    left = tuple(sorted(name for name in tree if os.path.lexists(root / name)))
    new = _contents({name: path for name, path in tree.items() if name not in left})
    done = overwrite(root, new, reason="start", dry_run=dry_run, now=now)
    return Advanced(done.added, left, done.notices)


def _trees(lesson: Lesson) -> tuple[Tree, Tree]:
    return starter(lesson), solution(lesson)


def _contents(tree: Tree) -> dict[str, bytes | None]:
    return {name: path.read_bytes() for name, path in sorted(tree.items())}


def _listed(root: Path) -> list[str]:
    """The project's files, without caches, databases and the workspace's own folder."""
    names = []

    def refused(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            raise unreadable(Path(error.filename)) from error

    for folder, folders, files in os.walk(root, onerror=refused):
        folders[:] = [name for name in folders if name not in LEFT_OUT and name != FOLDER]
        here = Path(folder).relative_to(root)
        names += [(here / n).as_posix() for n in files if not n.endswith(LEFT_OUT_ENDINGS)]
    return sorted(names)
