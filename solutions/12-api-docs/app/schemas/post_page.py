"""A part of the list of posts as clients see it."""

from typing import Self

from pydantic import Field

from app.models import Post
from app.schemas.base import ResponseModel
from app.schemas.post import PostResponse
from app.utils.cursor import CursorPage

CURSOR = "0e3a17c5bb6280000000007"
"""What one looks like."""


class PostPageResponse(ResponseModel):
    """Some posts, and the cursor of the next. `total` and `offset` are null behind a cursor."""

    items: list[PostResponse]
    total: int | None = Field(examples=[41])
    limit: int = Field(examples=[20])
    offset: int | None = Field(examples=[0])
    next_cursor: str | None = Field(examples=[CURSOR])

    @classmethod
    def of(cls, page: CursorPage[Post]) -> Self:
        """The page with each of its posts in the form that clients see."""
        return cls.model_validate(
            {
                "items": page.items,
                "total": page.total,
                "limit": page.params.limit,
                "offset": None if page.total is None else page.params.offset,
                "next_cursor": page.next_cursor and str(page.next_cursor),
            }
        )
