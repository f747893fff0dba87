"""The catalogue's model and its one loader."""

import tomllib
from collections import Counter
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from checker.errors import UserError

_FILES = {"items.toml": ("sections", "items"), "errata.toml": ("errata",)}
"""Which file holds which keys."""

LessonId = Annotated[str, StringConstraints(pattern=r"^\d\d-[a-z][a-z-]*$")]
ErratumId = Annotated[str, StringConstraints(pattern=r"^E\d\d$")]


class CatalogueError(UserError):
    """An `items.toml` or `errata.toml` that does not hold together: names file, key and reason."""


class Kind(StrEnum):
    """How binding an item is. A `reference` item is a signpost of the guideline, never graded."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"
    REFERENCE = "reference"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(_Data):
    """A part of the guideline: a checklist, its principles, its anti-patterns, its topics."""

    id: str
    title: str


class Item(_Data):
    """One line of the guideline, in its own words."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z0-9-]+$")]
    text: str
    kind: Kind
    lesson: LessonId
    errata: tuple[ErratumId, ...] = ()

    @property
    def section(self) -> str:
        """The id of the section it stands in: what comes before the dot."""
        return self.id.partition(".")[0]


class Erratum(_Data):
    """A place where the guideline's own code fails or misleads on today's libraries."""

    id: ErratumId
    where: str
    today: str
    instead: str
    lesson: LessonId


class Catalogue(_Data):
    """All items and errata, in the guideline's order."""

    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    errata: tuple[Erratum, ...]

    @field_validator("sections", "items", "errata")
    @classmethod
    def _once(
        cls, entries: tuple[Section | Item | Erratum, ...]
    ) -> tuple[Section | Item | Erratum, ...]:
        counts = Counter(entry.id for entry in entries)
        if twice := sorted(id_ for id_, count in counts.items() if count > 1):
            raise ValueError(f"ids that stand twice: {', '.join(twice)}")
        return entries

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        sections = {section.id for section in self.sections}
        errata = {erratum.id for erratum in self.errata}
        for item in self.items:
            if item.section not in sections:
                raise ValueError(f"{item.id} stands in no section")
            if missing := sorted(set(item.errata) - errata):
                raise ValueError(f"{item.id} names errata that do not exist: {', '.join(missing)}")
        return self

    def item(self, id_: str) -> Item:
        """The item of that id. Raises KeyError."""
        return self._by_id[id_]

    def in_section(self, section: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.section == section)

    def graded_in(self, section: str) -> tuple[Item, ...]:
        """Those of a section that are graded."""
        return tuple(item for item in self.in_section(section) if item.kind is not Kind.REFERENCE)

    @property
    def _by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}


@cache
def load_catalogue(folder: Path) -> Catalogue:
    """Read a folder's `items.toml` and `errata.toml`. Raises CatalogueError."""
    data: dict[str, Any] = {}
    for name, keys in _FILES.items():
        found = _read(folder / name)
        if strange := sorted(found.keys() - set(keys)):
            raise CatalogueError(
                f"{name}: {strange[0]}: is no key of this file.",
                f"It holds {' and '.join(keys)} alone.",
            )
        data |= found
    try:
        return Catalogue.model_validate(data)
    except ValidationError as error:
        raise CatalogueError(_first(error, data), "Correct that key.") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError(
            f"{path.name}: not readable: {error.strerror}.", "Bring the file back."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(
            f"{path.name}: not readable as TOML: {error}.", "Correct it."
        ) from error


def _first(error: ValidationError, data: dict[str, Any]) -> str:
    """The first mistake in one sentence. An entry that has an id goes by it, not by its number."""
    first = error.errors()[0]
    key, *rest = first["loc"] or ("items",)
    file = next(name for name, keys in _FILES.items() if key in keys)
    path = [str(key), *map(str, rest)]
    if rest and isinstance(rest[0], int):
        entry = data[str(key)][rest[0]]
        id_ = entry.get("id") if isinstance(entry, dict) else None
        path[1] = str(id_ or f"number {rest[0] + 1}")
    return f"{file}: {', '.join(path)}: {first['msg'].removeprefix('Value error, ')}."
