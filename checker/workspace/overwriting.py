"""The one way to change a project's files: a dated backup, then all of it or nothing."""

import contextlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from checker.errors import UserError
from checker.workspace.backups import Manifest, describe, new_name, prune
from checker.workspace.folder import alone, own_folder
from checker.workspace.location import FOLDER, shown
from checker.workspace.moving import content, digest
from checker.workspace.progress import load
from checker.workspace.record import note
from checker.workspace.transaction import (
    DONE,
    Change,
    Journal,
    Saved,
    Step,
    finish,
    mend_alone,
)
from checker.workspace.writing import explained, stage


@dataclass(frozen=True)
class Overwritten:
    """What one change did, or would do. File names are relative to the project, with slashes."""

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    backup: Path | None = None
    """The folder that holds what was replaced or removed; None where nothing was."""
    notices: tuple[str, ...] = ()
    """Sentences about what else was done: a cut off change mended, old backups removed."""

    @property
    def changed(self) -> tuple[str, ...]:
        return tuple(sorted((*self.added, *self.replaced, *self.removed)))


def overwrite(
    root: Path,
    changes: Mapping[str, bytes | None],
    *,
    reason: str,
    lesson: str | None = None,
    always_backup: bool = False,
    dry_run: bool = False,
    now: datetime | None = None,
) -> Overwritten:
    """Give files of the project new content, or remove those whose new content is None.

    What is replaced or removed is moved to `.checker/backups/<UTC time>-<reason>/`. Files that
    already hold their new content are left alone. With `lesson` the learner is at that one
    afterwards. Raises UserError with the project as it was; a file that somebody saves meanwhile
    is as saved. Cut off by whatever, it is finished or undone by the next command.
    """
    if dry_run:
        return _planned(_steps(root, changes))
    if not os.path.lexists(root / FOLDER) and not _steps(root, changes):
        return Overwritten()
    fresh = tuple(_missing_folders(root, [f"{FOLDER}/x"]))
    with alone(root):
        mended = mend_alone(root)
        steps = _steps(root, changes)
        planned = _planned(steps)
        notices: tuple[str, ...] = (mended,) if mended else ()
        if not steps:
            return replace(planned, notices=notices)
        moment = now or datetime.now(UTC)
        is_lost = bool(planned.replaced or planned.removed)
        journal = Journal(
            what=reason,
            backup=new_name(root, reason, moment),
            steps=steps,
            folders=(*fresh, *_missing_folders(root, [step.name for step in steps])),
            lesson=lesson,
        )
        change = Change(root, journal)
        _carry_out(change, changes, keep=is_lost or always_backup)
        notices += prune(root, moment)
    return replace(
        planned, backup=change.backup if is_lost or always_backup else None, notices=notices
    )


def _carry_out(change: Change, changes: Mapping[str, bytes | None], *, keep: bool) -> None:
    root, steps = change.root, change.journal.steps
    shutil.rmtree(root / FOLDER / DONE, ignore_errors=True)
    try:
        own_folder(root)
        change.begin()
        for step in steps:
            if (new := changes[step.name]) is not None:
                stage(change.staged(step.name), new, like=root / step.name)
        if keep:
            with explained(change.backup):
                change.backup.mkdir(parents=True)
            describe(change.backup, _manifest(change))
        for step in steps:
            change.do(step)
        change.commit()
    except BaseException as error:
        if (root / FOLDER / DONE / "journal.json").exists():  # stopped when all was done
            _complete(change)
            raise
        _take_back(change, error)
        raise
    _complete(change)


def _complete(change: Change) -> None:
    note(*(change.root / step.name for step in change.journal.steps))
    finish(change.root, change.journal)


def _take_back(change: Change, cause: BaseException) -> None:
    """Undo what was begun. Raises UserError where that says more than its cause."""
    try:
        saved = change.undo()
    except (OSError, UserError) as error:
        raise UserError(
            f"The change failed half-way and could not be undone yet: {error}",
            f"Your files as they were are in {shown(change.backup)}; any command tries again.",
        ) from cause
    except BaseException:  # stopped again, while it was undone
        note(*(change.root / step.name for step in change.journal.steps))
        raise
    if isinstance(cause, Saved):
        rest = [name for name in saved if name != cause.name]
        also = f" (so {'were' if len(rest) > 1 else 'was'} {', '.join(rest)})" if rest else ""
        kept = f" As before that: {shown(change.backup)}." if change.backup.exists() else ""
        raise UserError(
            f"You saved {cause.name} just as it was to be replaced{also}: your save stays,"
            f" and nothing was changed.{kept}",
            "If you still want it, run the command again.",
        ) from cause


def _manifest(change: Change) -> Manifest:
    steps = change.journal.steps
    before = None
    if change.journal.lesson is not None:
        with contextlib.suppress(UserError):
            before = load(change.root).progress.current
    return Manifest(
        added={step.name: step.new for step in steps if step.old is None and step.new is not None},
        lesson=before,
    )


def _steps(root: Path, changes: Mapping[str, bytes | None]) -> tuple[Step, ...]:
    """What is to be done, as things are now."""
    found = []
    for name, new in changes.items():
        old = content(root / name)
        if new != old:
            found.append(Step(name=name, old=digest(old), new=digest(new)))
    return tuple(found)


def _planned(steps: tuple[Step, ...]) -> Overwritten:
    return Overwritten(
        added=tuple(sorted(step.name for step in steps if step.old is None)),
        replaced=tuple(sorted(s.name for s in steps if s.old is not None and s.new is not None)),
        removed=tuple(sorted(step.name for step in steps if step.new is None)),
    )


def _missing_folders(root: Path, names: list[str]) -> list[str]:
    """The folders that writing `names` would make, outermost first; `.` is the project."""
    wanted = {parent for name in names for parent in Path(name).parents}
    return [each.as_posix() for each in sorted(wanted) if not (root / each).exists()]
