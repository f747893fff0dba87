"""Where the learner is: the curriculum, the project's folder and the progress in it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from checker.commands import command
from checker.curriculum import Curriculum, Lesson
from checker.errors import UserError
from checker.workspace.change import reached
from checker.workspace.progress import Progress, load, save


@dataclass(frozen=True)
class Workspace:
    """A workspace as it is found."""

    curriculum: Curriculum
    root: Path
    progress: Progress
    current: Lesson
    notice: str | None = None
    """What was wrong with the progress, in one sentence, where it had to begin anew."""

    def lesson(self, name: str | None) -> Lesson:
        """The lesson of that name, or the current one."""
        return self.curriculum.lesson(name) if name is not None else self.current

    def saved(self, progress: Progress) -> Self:
        """The workspace with that progress, once it is on disk."""
        save(self.root, progress)
        return replace(self, progress=progress)

    def at(self, lesson: Lesson) -> Self:
        return replace(self.saved(self.progress.at(lesson.id)), current=lesson)

    def caught_up(self, lesson: Lesson) -> Self:
        """At that lesson, with what is before it taken from the reference."""
        skipped = [each.id for each in self.curriculum.up_to(lesson)]
        return replace(self, progress=self.progress.skipping(skipped)).at(lesson)

    def state(self, lesson: Lesson) -> str:
        """What a list of the lessons says of this one: passed, skipped, current, or nothing yet."""
        if self.progress.has_passed(lesson.id):
            return "passed"
        if self.progress.of(lesson.id).skipped and lesson != self.current:
            return "skipped"
        return "current" if lesson == self.current else ""

    def show_answers(self, lesson: Lesson, name: str) -> None:
        """Raises UserError where the command would show answers that are still to be found."""
        if not self.progress.has_passed(lesson.id):
            raise UserError(
                f"You have not passed lesson {lesson.number} yet, and this shows its answers.",
                f"To see them all the same: {command(f'{name} {lesson.number} --reveal')}",
            )


def open_in(curriculum: Curriculum, root: Path) -> Workspace:
    """Read the workspace's progress. Raises UserError where that may not be."""
    loaded = load(root)
    known = {lesson.id: lesson for lesson in curriculum.lessons}
    current = known.get(loaded.progress.current or "") or reached(curriculum, root)
    return Workspace(curriculum, root, loaded.progress, current, loaded.notice)
