"""A place, and a page that knows its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from app.utils.pagination import PageParams

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Cursor:
    """The place behind a post."""

    created_at: datetime
    id: int


@dataclass(frozen=True)
class CursorPage(Generic[T_co]):
    """A part of a list."""

    items: Sequence[T_co]
    total: int | None
    params: PageParams
    next_cursor: Cursor | None
