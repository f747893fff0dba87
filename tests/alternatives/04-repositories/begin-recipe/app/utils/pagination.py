"""A page asked for is a named tuple, checked where it is made."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class _Params(NamedTuple):
    limit: int
    offset: int


class PageParams(_Params):
    """Limit and offset, within bounds."""

    __slots__ = ()

    def __new__(cls, limit: int = 20, offset: int = 0) -> "PageParams":
        if limit not in range(1, 101) or offset not in range(2**31):
            raise ValueError(f"limit {limit} or offset {offset} is out of bounds")
        return super().__new__(cls, limit, offset)


class Page(Generic[T]):
    """What was found, and how much there is."""

    __slots__ = ("items", "params", "total")

    def __init__(self, items: Sequence[T], total: int, params: PageParams) -> None:
        self.items, self.total, self.params = items, total, params
