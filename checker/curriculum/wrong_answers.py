"""Wrong answers: small changes to a solution, each of which one check must catch.

Those of a stretch exercise are changes to the solution with the exercise.

One TOML file for each, `tests/wrong_answers/NN-name/CHECK[--variant].toml`.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from checker.curriculum.composition import overlay, solved, write
from checker.curriculum.edits import Edit, change
from checker.curriculum.lesson import CheckId, Lesson
from checker.curriculum.library import Curriculum, CurriculumError, first_mistake, read_toml
from checker.curriculum.stretch import write_stretched
from checker.guidelines.catalogue import ErratumId

Words = Annotated[str, StringConstraints(min_length=1)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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
    if wrong.check == lesson.stretch:
        write_stretched(curriculum, lesson, to)
    else:
        write(solved(curriculum, lesson), to)
    for edit in wrong.edit:
        change(to, edit, wrong.path.name)


def unfit(curriculum: Curriculum, lesson: Lesson) -> Iterator[tuple[WrongAnswer, str]]:
    """Those whose edits are not of the solution as it is now, each with a sentence."""
    with TemporaryDirectory(prefix="posts-unfit-") as name:
        folder = Path(name)
        trees = {"": solved(curriculum, lesson)}
        if lesson.stretch:
            write_stretched(curriculum, lesson, folder / ".stretched")
            trees[lesson.stretch] = overlay(folder / ".stretched")
        for wrong in load(curriculum, lesson):
            tree = trees.get(wrong.check, trees[""])
            files = {edit.file for edit in wrong.edit}
            write({file: tree[file] for file in files & tree.keys()}, folder / wrong.name)
            try:
                for edit in wrong.edit:
                    change(folder / wrong.name, edit, wrong.path.name)
            except CurriculumError as error:
                yield wrong, error.sentence.removeprefix(f"{wrong.path.name}: ")


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
