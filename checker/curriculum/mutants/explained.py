"""The mutants that no check of the lesson notices, each with its kind and its reason:
`tests/mutants/NN-name.toml`."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from checker.curriculum.lesson import Lesson
from checker.curriculum.library import Curriculum, CurriculumError, first_mistake, read_toml
from checker.curriculum.mutants.mutant import Key

Words = Annotated[str, StringConstraints(min_length=1)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Explained(_Data):
    """One of them, known by its content. `line` and `changed` are as `checker dev mutants` has
    them."""

    file: str
    operator: str
    where: str = ""
    line: str
    changed: str
    nth: Annotated[int, Field(ge=1)] = 1
    reason: Words

    @property
    def key(self) -> Key:
        return Key(self.file, self.operator, self.where, self.line, self.changed, self.nth)


class _File(_Data):
    equivalent: tuple[Explained, ...] = ()
    """What does the same, by any means that there are to see it."""
    free: tuple[Explained, ...] = ()
    """What the text leaves to whoever writes it."""
    later: tuple[Explained, ...] = ()
    """What another lesson grades of the same project, or these checks on PostgreSQL."""


KINDS = tuple(_File.model_fields)


def explained_at(curriculum: Curriculum, lesson: Lesson) -> Path:
    return curriculum.root / "tests" / "mutants" / f"{lesson.id}.toml"


def explained(curriculum: Curriculum, lesson: Lesson) -> dict[Key, str]:
    """The kind of each explained mutant, one of `KINDS`. Raises CurriculumError."""
    path = explained_at(curriculum, lesson)
    if not path.exists():
        return {}
    where = path.relative_to(curriculum.root)
    try:
        entries = _File.model_validate(read_toml(path, where))
    except ValidationError as error:
        raise CurriculumError(f"{where}: {first_mistake(error)}", "Correct that key.") from error
    kinds: dict[Key, str] = {}
    for kind in KINDS:
        for entry in getattr(entries, kind):
            if entry.key in kinds:
                raise CurriculumError(
                    f"{where}: {entry.line!r} to {entry.changed!r} is explained twice.",
                    "Remove one of the two.",
                )
            kinds[entry.key] = kind
    return kinds


def stale(known: Collection[Key], generated: Collection[Key]) -> Iterator[Key]:
    """What is explained and is no mutant any more: the reference or an operator has changed."""
    yield from (key for key in known if key not in generated)


def as_toml(key: Key, reason: str = "") -> str:
    """An entry for the file, which is not read before the reason is filled in."""
    facts = {
        name: value
        for name, value in key._asdict().items()
        if value not in ("", 1) or name == "changed"
    }
    lines = [
        f"{name} = {json.dumps(value, ensure_ascii=False)}"
        for name, value in {**facts, "reason": reason}.items()
    ]
    return "\n".join(["[[equivalent]]", *lines, ""])
