"""The catalogue's model and its one loader."""

import tomllib
from collections import Counter
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

_FOLDER = Path(__file__).parent

LessonId = Annotated[str, StringConstraints(pattern=r"^\d\d-[a-z][a-z-]*$")]
ErratumId = Annotated[str, StringConstraints(pattern=r"^E\d\d$")]


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

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [entry.id for part in (self.sections, self.items, self.errata) for entry in part]
        twice = sorted(id_ for id_, count in Counter(ids).items() if count > 1)
        if twice:
            raise ValueError(f"ids that stand twice: {', '.join(twice)}")
        sections = {section.id for section in self.sections}
        errata = {erratum.id for erratum in self.errata}
        for item in self.items:
            if item.section not in sections:
                raise ValueError(f"{item.id} stands in no section")
            if missing := sorted(set(item.errata) - errata):
                raise ValueError(f"{item.id} names errata that do not exist: {missing}")
        return self

    def item(self, id_: str) -> Item:
        """The item of that id. Raises KeyError."""
        return self._by_id[id_]

    def in_section(self, section: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.section == section)

    @property
    def _by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}


@cache
def load_catalogue(folder: Path = _FOLDER) -> Catalogue:
    """Read `items.toml` and `errata.toml`. A mistake in them raises pydantic's ValidationError."""
    items = tomllib.loads((folder / "items.toml").read_text(encoding="utf-8"))
    errata = tomllib.loads((folder / "errata.toml").read_text(encoding="utf-8"))
    return Catalogue.model_validate({**items, **errata})
