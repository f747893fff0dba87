"""Pages as models of pydantic."""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

ItemT = TypeVar("ItemT")


class PageParams(BaseModel):
    model_config = ConfigDict(frozen=True)

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    offset: Annotated[int, Field(ge=0, lt=2**31)] = 0


class Page(BaseModel, Generic[ItemT]):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    items: Sequence[Any]
    total: int
    params: PageParams
