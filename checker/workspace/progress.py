"""How far a learner has come: one small file in the workspace, `.checker/progress.json`."""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError

from checker.errors import UserError
from checker.report import CheckResult, Outcome, Report, Verdict
from checker.workspace.folder import own_folder
from checker.workspace.location import FOLDER
from checker.workspace.moving import content
from checker.workspace.record import note
from checker.workspace.writing import write_whole

FILE = "progress.json"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class LessonProgress(_Data):
    """What the last check of one lesson showed, and when it first passed."""

    passed: AwareDatetime | None = None
    skipped: bool = False
    """Its work was taken from the reference, and it was not graded since."""
    items_passed: tuple[str, ...] = ()
    items_failed: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    """Ids of the checks that did not pass, in the report's order."""
    survivors: dict[str, dict[str, NonNegativeInt]] = {}
    """By check: the bugs that the learner's tests let through, and in how many gradings by now."""


class Progress(_Data):
    """The whole file."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    current: str | None = None
    """The id of the lesson that the learner is at."""
    lessons: dict[str, LessonProgress] = {}
    hints: dict[str, NonNegativeInt] = {}
    """How many hints of a task have been shown."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, serialize_by_alias=True
    )

    def of(self, lesson: str) -> LessonProgress:
        return self.lessons.get(lesson, LessonProgress())

    def has_passed(self, lesson: str) -> bool:
        return self.of(lesson).passed is not None

    def items(self) -> dict[str, Verdict]:
        """Each item that was ever graded, as the latest lesson that asks for it last showed it."""
        states: dict[str, Verdict] = {}
        for _, lesson in sorted(self.lessons.items()):
            states |= dict.fromkeys(lesson.items_passed, Verdict.PASSED)
            states |= dict.fromkeys(lesson.items_failed, Verdict.FAILED)
        return states

    def at(self, lesson: str) -> Self:
        """With that lesson as the current one."""
        return self.model_copy(update={"current": lesson})

    def skipping(self, lessons: Iterable[str]) -> Self:
        """With those lessons taken from the reference, as far as they are not passed."""
        entries = {
            id_: self.of(id_).model_copy(
                update={"skipped": True, "items_failed": (), "failing": ()}
            )
            for id_ in lessons
            if not self.has_passed(id_)
        }
        return self.model_copy(update={"lessons": {**self.lessons, **entries}})

    def graded(self, report: Report, now: datetime | None = None) -> Self:
        """With what a report shows. A lesson once passed stays so."""
        before = self.of(report.lesson)
        passed = before.passed
        if passed is None and report.outcome is Verdict.PASSED:
            passed = (now or datetime.now(UTC)).replace(microsecond=0)
        entry = LessonProgress(
            passed=passed,
            items_passed=_items(report, passed=True),
            items_failed=_items(report, passed=False),
            failing=tuple(c.id for c in report.checks if c.is_open),
            survivors={c.id: found for c in report.checks if (found := _survivors(before, c))},
        )
        return self.model_copy(update={"lessons": {**self.lessons, report.lesson: entry}})

    def partly(self, report: Report) -> Self:
        """With what a report of some of a lesson's checks shows of those, once all were graded."""
        before = self.of(report.lesson)
        if not before.items_passed and not before.items_failed:
            return self
        is_open = {check.id: check.is_open for check in report.checks}
        failing = [id_ for id_ in before.failing if is_open.get(id_, True)]
        failing += [id_ for id_ in is_open if is_open[id_] and id_ not in failing]
        entry = before.model_copy(update={"failing": tuple(failing)})
        return self.model_copy(update={"lessons": {**self.lessons, report.lesson: entry}})

    def hint_shown(self, task: str) -> Self:
        hints = {**self.hints, task: self.hints.get(task, 0) + 1}
        return self.model_copy(update={"hints": hints})


@dataclass(frozen=True)
class Loaded:
    """The progress read, and what was wrong with the file, in one sentence, where it was."""

    progress: Progress
    notice: str | None = None


def load(root: Path, now: datetime | None = None) -> Loaded:
    """Read the workspace's progress. A damaged file is set aside under a dated name.

    Raises UserError where the file may not be read or a newer checker wrote it.
    """
    path = root / FOLDER / FILE
    held = content(path)
    if held is None:
        return Loaded(Progress())
    try:
        return Loaded(Progress.model_validate_json(held))
    except ValidationError as error:
        if any(entry["loc"] == ("schema",) for entry in error.errors()):
            raise UserError(
                f"{path} was written by another version of the checker.",
                "Update your clone and run make setup.",
            ) from error
    return Loaded(Progress(), _set_aside(path, now or datetime.now(UTC)))


def save(root: Path, progress: Progress) -> None:
    """Write the progress, atomically. Raises UserError; the file then keeps its old content."""
    text = progress.model_dump_json(indent=2) + "\n"
    write_whole(own_folder(root) / FILE, text.encode())
    note(root / FOLDER / FILE)


def remember(root: Path, reports: Iterable[Report], parts: Iterable[Report] = ()) -> None:
    """Write what reports of whole lessons, and of parts of some, show into the workspace's
    progress. Raises UserError."""
    progress = load(root).progress
    for report in reports:
        progress = progress.graded(report)
    for report in parts:
        progress = progress.partly(report)
    save(root, progress)


def _survivors(before: LessonProgress, check: CheckResult) -> dict[str, int]:
    """How often each bug has got past by now. A check that said nothing leaves it as it was."""
    known = before.survivors.get(check.id, {})
    if check.outcome not in (Outcome.PASSED, Outcome.FAILED):
        return known
    return {name: known.get(name, 0) + 1 for name in check.survivors}


def _items(report: Report, *, passed: bool) -> tuple[str, ...]:
    return tuple(i.id for i in report.items if (i.outcome is Verdict.PASSED) is passed)


def _set_aside(path: Path, now: datetime) -> str:
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    aside = path.with_name(f"progress-damaged-{stamp}.json")
    copy = 1
    while os.path.lexists(aside):
        copy += 1
        aside = path.with_name(f"progress-damaged-{stamp}-{copy}.json")
    with contextlib.suppress(OSError):
        path.rename(aside)
        return f"{path} was damaged; it is now {aside.name}, and progress starts anew."
    return f"{path} is damaged and could not be set aside; it is ignored."
