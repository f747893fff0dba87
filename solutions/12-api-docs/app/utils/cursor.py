"""Places in the list of posts, which do not move when posts come and go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, Self, TypeVar

from app.utils.pagination import PageParams

PATTERN = r"^[0-3][0-9a-f]{14}[0-7][0-9a-f]{7}$"
"""Microseconds since the year 1 and an id, in hexadecimal. Whatever matches is a place."""

EPOCH = datetime.min.replace(tzinfo=UTC)

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Cursor:
    """The place behind a post. As a text, it is for URLs, and for nobody to take apart."""

    created_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.created_at - EPOCH) // timedelta(microseconds=1):015x}{self.id:08x}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The cursor of a text that matches PATTERN."""
        created_at = EPOCH + timedelta(microseconds=int(text[:15], 16))
        return cls(created_at, int(text[15:], 16))


@dataclass(frozen=True)
class CursorPage(Generic[T_co]):
    """A part of a list, and where the next one begins. Behind a cursor, nothing is counted."""

    items: Sequence[T_co]
    total: int | None
    params: PageParams
    next_cursor: Cursor | None
