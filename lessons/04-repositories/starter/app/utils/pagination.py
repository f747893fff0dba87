"""Pages of a list, bounded so that no request can ask for a whole table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_OFFSET = 2**31 - 1

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class PageParams:
    """Which part of a list is wanted. Raises ValueError outside the bounds."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0

    def __post_init__(self) -> None:
        raise NotImplementedError("TODO 04.1")


@dataclass(frozen=True)
class Page(Generic[T_co]):
    """A part of a list, and how long the whole is."""

    items: Sequence[T_co]
    total: int
    params: PageParams
