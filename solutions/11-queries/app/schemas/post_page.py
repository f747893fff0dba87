"""A part of the list of posts as clients see it."""

from typing import Self

from app.models import Post
from app.schemas.base import ResponseModel
from app.schemas.post import PostResponse
from app.utils.cursor import CursorPage


class PostPageResponse(ResponseModel):
    """Some posts, and the cursor of the next. `total` and `offset` are null behind a cursor."""

    items: list[PostResponse]
    total: int | None
    limit: int
    offset: int | None
    next_cursor: str | None

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
