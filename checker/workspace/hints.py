"""Which hint comes next: of the first task that is not done, from nudge to near-answer."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from checker.curriculum import Lesson, Task
from checker.workspace.progress import Progress


@dataclass(frozen=True)
class Hint:
    """What is shown when a learner asks for one more hint of a task."""

    task: Task
    texts: tuple[tuple[int, str], ...]
    """Hints with their numbers: the next one, or all of them again once there is no next."""

    @property
    def left(self) -> int:
        """How many have never been shown."""
        return len(self.task.hints) - self.texts[-1][0]


def open_task(lesson: Lesson, failing: Collection[str]) -> Task | None:
    """The lesson's first task with a check among those that fail."""
    return next((task for task in lesson.tasks if not set(task.checks).isdisjoint(failing)), None)


def first_file(root: Path, task: Task) -> str | None:
    """The first of the files that a task is about which the project has."""
    return next((each for each in task.files if (root / each).is_file()), None)


def next_hint(progress: Progress, task: Task) -> tuple[Hint, Progress]:
    """One more hint of the task, and the progress once it has been shown."""
    shown = progress.hints.get(task.id, 0)
    numbered = tuple(enumerate(task.hints, start=1))
    if shown < len(numbered):
        return Hint(task, numbered[shown : shown + 1]), progress.hint_shown(task.id)
    return Hint(task, numbered), progress
