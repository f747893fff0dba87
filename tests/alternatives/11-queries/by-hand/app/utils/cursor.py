"""Where a page of posts ended."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, Self, TypeVar

from app.utils.pagination import PageParams

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FORM = re.compile(r"([0-9]{1,17})~([0-9]{1,10})", re.ASCII)

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Cursor:
    """Microseconds since 1970 and an id: `1936000000000000~17`."""

    created_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.created_at - EPOCH) // timedelta(microseconds=1)}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError."""
        found = FORM.fullmatch(text)
        if found is None or not 0 < int(found[2]) < 2**31:
            raise ValueError(text)
        try:
            return cls(EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))
        except OverflowError as error:
            raise ValueError(text) from error


@dataclass(frozen=True)
class CursorPage(Generic[T_co]):
    """A part of a list."""

    items: Sequence[T_co]
    total: int | None
    params: PageParams
    next_cursor: Cursor | None


def checked_cursor(text: str) -> str:
    """The text. Raises ValueError where it is no cursor's."""
    Cursor.parse(text)
    return text
