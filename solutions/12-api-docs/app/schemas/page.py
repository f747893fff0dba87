"""A page of a list as clients see it."""

from typing import Generic, Self, TypeVar

from pydantic import Field

from app.schemas.base import ResponseModel
from app.utils.pagination import Page

T = TypeVar("T", bound=ResponseModel)


class PageResponse(ResponseModel, Generic[T]):
    """A part of a list, how long the whole is, and which part it is."""

    items: list[T]
    total: int = Field(examples=[41])
    limit: int = Field(examples=[20])
    offset: int = Field(examples=[0])

    @classmethod
    def of(cls, page: Page[object]) -> Self:
        """The page with each of its items in the form that clients see."""
        return cls.model_validate(
            {
                "items": page.items,
                "total": page.total,
                "limit": page.params.limit,
                "offset": page.params.offset,
            }
        )
