"""Places in the list of posts, which do not move when posts come and go."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Self, TypeVar

from app.utils.pagination import PageParams

MAX_ID = 2**31 - 1

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Cursor:
    """The place behind a post. As a text, it is for URLs, and for nobody to take apart."""

    created_at: datetime
    id: int

    def __str__(self) -> str:
        place = f"{self.created_at.isoformat()} {self.id}"
        return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The cursor of that text. Raises ValueError for what no cursor is written as."""
        padding = "=" * (-len(text) % 4)
        moment, _, number = base64.urlsafe_b64decode(text + padding).decode().partition(" ")
        cursor = cls(datetime.fromisoformat(moment), int(number))
        if cursor.created_at.utcoffset() != timedelta(0) or not 1 <= cursor.id <= MAX_ID:
            raise ValueError("no post is there")
        if str(cursor) != text:  # base64 reads over what it does not know
            raise ValueError("not as a cursor is written")
        return cursor


def checked_cursor(text: str) -> str:
    """The text, for pydantic, which makes a 422 of a ValueError. Raises it where none is meant."""
    Cursor.parse(text)
    return text


@dataclass(frozen=True)
class CursorPage(Generic[T_co]):
    """A part of a list, and where the next one begins. Behind a cursor, nothing is counted."""

    items: Sequence[T_co]
    total: int | None
    params: PageParams
    next_cursor: Cursor | None
