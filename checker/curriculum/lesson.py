"""The model of a `lesson.toml`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from checker.curriculum.course import Course
from checker.guidelines.catalogue import ErratumId, LessonId

TaskId = Annotated[str, StringConstraints(pattern=r"^\d\d\.\d+$")]
ModuleName = Annotated[str, StringConstraints(pattern=r"^\w+(\.\w+)*$")]
CheckId = Annotated[str, StringConstraints(pattern=r"^\d\d\.[a-z][a-z0-9-]*$")]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Task(_Data):
    """One thing to do. Its hints go from nudge to near-answer."""

    id: TaskId
    title: str
    files: tuple[str, ...] = ()
    """Files of the project that it is about, that to begin with first."""
    checks: Annotated[tuple[CheckId, ...], Field(min_length=1)]
    hints: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]


class Blank(_Data):
    """A function or class of the solution whose body the starter leaves to the learner, or a name
    of the module whose value it leaves.

    `name` is dotted inside the file (`Book.__repr__`). `keep` names the statements of a class body
    that stay: assigned names, annotated names, methods, nested classes.
    """

    name: str
    task: TaskId
    keep: tuple[str, ...] = ()
    docstring: bool = True
    """Whether the docstring stays. A class's may be the learner's to write."""


class StarterFile(_Data):
    """How one file of the solution becomes a file of the starter."""

    file: str
    blank: tuple[Blank, ...] = ()
    omit: bool = False
    """Left out of the starter: the learner writes the whole file."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.omit and self.blank:
            raise ValueError(f"{self.file} is left out, so nothing in it can be blanked")
        if name := _twice(blank.name for blank in self.blank):
            raise ValueError(f"{self.file}: {name} is blanked twice")
        return self


class Superseded(_Data):
    """An earlier lesson's check that a correct solution of this one no longer passes, and why."""

    check: CheckId
    why: Annotated[str, StringConstraints(min_length=1)]
    """A sentence for the learner who grades the earlier lesson again."""


class Lesson(_Data):
    """A lesson as its `lesson.toml` describes it."""

    id: LessonId
    title: str
    summary: str
    minutes: Annotated[int, Field(ge=5, le=120)]
    learnt: str
    """One sentence for the learner who has just passed it."""
    look_again: Annotated[tuple[str, ...], Field(max_length=3)] = ()
    """What no check asks: where code that passes could still be better."""
    stretch: CheckId | None = None
    """The check of an exercise beyond the lesson, in `stretch/`: asked of who has passed, when they
    have tried it, and needed by nobody."""
    errata: tuple[ErratumId, ...] = ()
    preload: tuple[str, ...] = ()
    """Libraries that the subject imports before any of the learner's code."""
    image: str | None = None
    """The project's module that the subject may import once for several checks: `app.main`."""
    mark: ModuleName | None = None
    """A module that a project has once it keeps this lesson's contract and no longer that of the
    lessons before. The text names it, and the learner writes it."""
    supersedes: tuple[Superseded, ...] = ()
    """What no project that has the mark is asked any more."""
    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]
    starter: tuple[StarterFile, ...] = ()
    handwritten: tuple[str, ...] = ()
    """Files of the starter that are not generated, bad on purpose."""

    course: Course
    """What it is a lesson of; set by the loader."""
    folder: Path
    """`lessons/NN-name`; set by the loader."""
    solution: Path
    """`solutions/NN-name`; set by the loader."""

    @property
    def number(self) -> str:
        """Two digits: `01`."""
        return self.id[:2]

    @property
    def checks(self) -> tuple[str, ...]:
        """The ids of every check that a grading of this lesson must give an outcome for."""
        return tuple(check for task in self.tasks for check in task.checks)

    @property
    def all_checks(self) -> tuple[str, ...]:
        """Those, and that of the stretch exercise, if there is one."""
        return (*self.checks, self.stretch) if self.stretch else self.checks

    def task_of(self, check: str) -> Task:
        """The task that the check belongs to. Raises KeyError."""
        for task in self.tasks:
            if check in task.checks:
                return task
        raise KeyError(check)

    @field_validator("tasks")
    @classmethod
    def _tasks_numbered(cls, tasks: tuple[Task, ...], info: ValidationInfo) -> tuple[Task, ...]:
        number = info.data.get("id", "")[:2]
        ids = [task.id for task in tasks]
        checks = [check for task in tasks for check in task.checks]
        if id_ := _twice(ids):
            raise ValueError(f"two tasks have the id {id_}")
        if check := _twice(checks):
            raise ValueError(f"{check} is listed twice")
        for id_ in (*ids, *checks):
            if not id_.startswith(number):
                raise ValueError(f"{id_} does not begin with the lesson's number {number}")
        return tasks

    @field_validator("starter")
    @classmethod
    def _starter_names_tasks(
        cls, starter: tuple[StarterFile, ...], info: ValidationInfo
    ) -> tuple[StarterFile, ...]:
        if file := _twice(each.file for each in starter):
            raise ValueError(f"{file} has two entries")
        tasks = {task.id for task in info.data.get("tasks", ())}
        for each in starter:
            for blank in each.blank:
                if tasks and blank.task not in tasks:
                    raise ValueError(f"{each.file}: {blank.name} names no task: {blank.task}")
        return starter

    @field_validator("handwritten")
    @classmethod
    def _handwritten_not_generated(
        cls, handwritten: tuple[str, ...], info: ValidationInfo
    ) -> tuple[str, ...]:
        for each in info.data.get("starter", ()):
            if each.file in handwritten:
                raise ValueError(f"{each.file} has an entry under starter, which generates it")
        return handwritten


def _twice(names: Iterable[str]) -> str:
    """The first name that comes a second time, or nothing."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""
