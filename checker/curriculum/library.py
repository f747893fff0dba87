"""Finds the lessons on disk and reads them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from checker.curriculum.course import Course
from checker.curriculum.lesson import Lesson
from checker.errors import UserError

ROOT = Path(__file__).parents[2]
"""The clone that holds `lessons/` and `solutions/` beside the package."""


Model = TypeVar("Model", bound=BaseModel)


class CurriculumError(UserError):
    """A `course.toml` or `lesson.toml` that does not hold together: names file, key and reason."""


@dataclass(frozen=True)
class Curriculum:
    """The lessons in order. `root` holds `lessons/`, `solutions/` and `tests/wrong_answers/`."""

    root: Path
    course: Course
    lessons: tuple[Lesson, ...]

    def lesson(self, name: str) -> Lesson:
        """The lesson meant by `01-models`, `01`, `1` or `models`. Raises UserError."""
        for lesson in self.lessons:
            slug = lesson.id[3:]
            if name in (lesson.id, lesson.number, lesson.number.lstrip("0") or "0", slug):
                return lesson
        known = ", ".join(lesson.id for lesson in self.lessons)
        raise UserError(f"There is no lesson {name!r}.", f"Lessons are: {known}.")

    def up_to(self, lesson: Lesson) -> tuple[Lesson, ...]:
        """The lessons before this one, in order."""
        return self.lessons[: self.lessons.index(lesson)]

    def after(self, lesson: Lesson) -> Lesson | None:
        """The lesson that follows, or None after the last."""
        rest = self.lessons[self.lessons.index(lesson) + 1 :]
        return rest[0] if rest else None


@cache
def load_curriculum(root: Path = ROOT) -> Curriculum:
    """As `read_curriculum`, once for each process."""
    return read_curriculum(root)


def read_curriculum(root: Path) -> Curriculum:
    """Read `lessons/course.toml` and every `lessons/*/lesson.toml` under `root`, as they are now.

    Raises CurriculumError.
    """
    folder = root / "lessons"
    if not folder.is_dir():
        raise UserError(
            f"No lessons found in {root}.",
            "Run checker from its clone, where make setup installed it.",
        )
    course = _read_course(folder / "course.toml", root)
    lessons = [_read(path, course, root) for path in sorted(folder.glob("*/lesson.toml"))]
    for before, after in pairwise(lessons):
        if before.number == after.number:
            raise CurriculumError(
                f"lessons/{after.id}/lesson.toml: id: {before.id} has the number"
                f" {after.number} already.",
                "Give one of the two folders another number.",
            )
    return Curriculum(root=root, course=course, lessons=tuple(lessons))


def _read_course(path: Path, root: Path) -> Course:
    return _validated(Course, path, {"folder": path.parent}, root)


def _read(path: Path, course: Course, root: Path) -> Lesson:
    name = path.parent.name
    placed = {"id": name, "folder": path.parent, "solution": root / "solutions" / name}
    return _validated(Lesson, path, {**placed, "course": course}, root)


def _validated(model: type[Model], path: Path, placed: Mapping[str, Any], root: Path) -> Model:
    where = path.relative_to(root)
    data = read_toml(path, where)
    if clash := sorted(placed.keys() & data.keys()):
        raise CurriculumError(f"{where}: {clash[0]}: comes from the folder.", "Remove the key.")
    try:
        return model.model_validate({**data, **placed})
    except ValidationError as error:
        raise CurriculumError(f"{where}: {first_mistake(error)}", "Correct that key.") from error


def read_toml(path: Path, where: Path) -> dict[str, Any]:
    """What a TOML file holds. Raises CurriculumError, naming `where`."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CurriculumError(
            f"{where}: not readable: {error.strerror}.", "Bring the file back."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CurriculumError(f"{where}: not readable as TOML: {error}.", "Correct it.") from error


def first_mistake(error: ValidationError) -> str:
    """The first key that does not fit, and why."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "the whole file"
    return f"{key}: {first['msg'].removeprefix('Value error, ')}."
