"""The stretch exercise of a lesson, done: its new files in `tests/stretch/NN-name/`, and in
`edits.toml` there the changes to the solution's own."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from checker.curriculum.composition import Tree, overlay, solved, write
from checker.curriculum.edits import Edit, change
from checker.curriculum.lesson import Lesson
from checker.curriculum.library import Curriculum, CurriculumError, first_mistake, read_toml

EDITS = "edits.toml"


class _Edits(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    edit: Annotated[tuple[Edit, ...], Field(min_length=1)]


def place(lesson: Lesson) -> Path:
    """Where the exercise of a lesson is, below the curriculum's root."""
    return Path("tests", "stretch", lesson.id)


def new_files(curriculum: Curriculum, lesson: Lesson) -> Tree:
    """The files that the exercise adds to the solution."""
    files = overlay(curriculum.root / place(lesson))
    return {name: path for name, path in files.items() if name != EDITS}


def write_stretched(curriculum: Curriculum, lesson: Lesson, to: Path) -> None:
    """Write stretched(N): solved(N) with the exercise. Raises CurriculumError where an edit no
    longer fits."""
    write({**solved(curriculum, lesson), **new_files(curriculum, lesson)}, to)
    file = place(lesson) / EDITS
    for edit in _edits(curriculum.root, file):
        change(to, edit, file.as_posix())


def _edits(root: Path, file: Path) -> tuple[Edit, ...]:
    """None where there is no such file."""
    if not (root / file).is_file():
        return ()
    try:
        return _Edits.model_validate(read_toml(root / file, file)).edit
    except ValidationError as error:
        raise CurriculumError(f"{file}: {first_mistake(error)}", "Correct that key.") from error
