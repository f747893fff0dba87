"""Wrong answers: small changes to a solution, each of which one check must catch.

Those of a stretch exercise are changes to the solution with the exercise.

One TOML file for each, `tests/wrong_answers/NN-name/CHECK[--variant].toml`.
"""

from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from checker.curriculum.composition import solved, stretched, write
from checker.curriculum.lesson import CheckId, Lesson
from checker.curriculum.library import Curriculum, CurriculumError, first_mistake, read_toml
from checker.guidelines.catalogue import ErratumId

Words = Annotated[str, StringConstraints(min_length=1)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Edit(_Data):
    """A change to one file: a text found exactly once and replaced, new content, or deletion."""

    file: str
    find: str | None = None
    replace: str | None = None
    content: str | None = None
    delete: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = (self.find is not None, self.content is not None, self.delete)
        if sum(ways) != 1 or (self.find is None) != (self.replace is None):
            raise ValueError("an edit has either find and replace, or content, or delete = true")
        return self


class WrongAnswer(_Data):
    """What a learner might well write, the check that must fail, and words of its message."""

    name: str
    check: CheckId
    why: str
    seen: Annotated[tuple[Words, ...], Field(min_length=1)]
    also: tuple[CheckId, ...] = ()
    """Other checks that fail with it."""
    errata: tuple[ErratumId, ...] = ()
    edit: Annotated[tuple[Edit, ...], Field(min_length=1)]
    path: Path


def load(curriculum: Curriculum, lesson: Lesson) -> tuple[WrongAnswer, ...]:
    """Every wrong answer for a lesson. Raises CurriculumError."""
    folder = curriculum.root / "tests" / "wrong_answers" / lesson.id
    return tuple(_read(path, lesson, curriculum.root) for path in sorted(folder.glob("*.toml")))


def apply(curriculum: Curriculum, lesson: Lesson, wrong: WrongAnswer, to: Path) -> None:
    """Write solved(N), or stretched(N), with the edits. Raises CurriculumError where one no longer
    fits."""
    whole = stretched if wrong.check == lesson.stretch else solved
    write(whole(curriculum, lesson), to)
    for edit in wrong.edit:
        change(to, edit, wrong.path.name)


def change(project: Path, edit: Edit, where: str) -> None:
    """Make one edit in a project. Raises CurriculumError, naming `where`, if it does not fit."""
    try:
        _change(project / edit.file, edit, where)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text in UTF-8"
        raise CurriculumError(
            f"{where}: {edit.file}: {reason}.",
            "Change the wrong answer along with the solution.",
        ) from error


def _change(target: Path, edit: Edit, where: str) -> None:
    if edit.delete:
        target.unlink()
    elif edit.content is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(edit.content, encoding="utf-8")
    else:
        assert edit.find is not None and edit.replace is not None
        text = target.read_text(encoding="utf-8")
        if (times := text.count(edit.find)) != 1:
            raise CurriculumError(
                f"{where}: {edit.file} holds {times} times: {edit.find!r}.",
                "Change the wrong answer along with the solution.",
            )
        target.write_text(text.replace(edit.find, edit.replace), encoding="utf-8")


def _read(path: Path, lesson: Lesson, root: Path) -> WrongAnswer:
    where = path.relative_to(root)
    data = read_toml(path, where)
    try:
        wrong = WrongAnswer.model_validate({**data, "name": path.stem, "path": path})
    except ValidationError as error:
        raise CurriculumError(f"{where}: {first_mistake(error)}", "Correct that key.") from error
    if f"{lesson.number}.{path.stem.partition('--')[0]}" != wrong.check:
        raise CurriculumError(
            f"{where}: check: {wrong.check} does not fit the file's name.",
            "Name the file after its check, with --variant for a second one.",
        )
    return wrong
