"""Pages, checked by pydantic."""

from typing import Annotated, Generic, Sequence, TypeVar

from pydantic import BaseModel, Field
from dataclasses import dataclass

T = TypeVar("T")
DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET = 20, 100, 2**31 - 1


class PageParams(BaseModel, frozen=True):
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    offset: Annotated[int, Field(ge=0, le=MAX_OFFSET)] = 0


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    total: int
    params: PageParams
