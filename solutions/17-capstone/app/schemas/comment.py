"""Comments as clients send and see them."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from app.models import Comment
from app.schemas.base import WRITTEN, Absent, PatchModel, RequestModel, ResponseModel
from app.schemas.post_page import CURSOR
from app.schemas.user import UserSummary
from app.utils.cursor import CursorPage

CommentText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=WRITTEN),
    Field(examples=["I would halve the sugar."]),
]


class CommentDraft(RequestModel):
    """A new comment. Blanks around its text do not count."""

    content: CommentText


class CommentUpdate(PatchModel):
    """A change to a comment. Its author and its post stay."""

    content: CommentText | Absent = None


class CommentResponse(ResponseModel):
    """A comment with its author."""

    id: int = Field(examples=[12])
    content: str = Field(examples=["I would halve the sugar."])
    post_id: int = Field(examples=[7])
    user_id: int = Field(examples=[3])
    author: UserSummary
    created_at: datetime = Field(examples=["2031-05-17T10:00:00Z"])
    updated_at: datetime | None = Field(default=None, examples=["2031-05-18T08:30:00Z"])


class CommentPageResponse(ResponseModel):
    """Some comments, and the cursor of the next, which is null at the end."""

    items: list[CommentResponse]
    next_cursor: str | None = Field(examples=[CURSOR])

    @classmethod
    def of(cls, page: CursorPage[Comment]) -> Self:
        """The page with each of its comments in the form that clients see."""
        cursor = page.next_cursor and str(page.next_cursor)
        return cls.model_validate({"items": page.items, "next_cursor": cursor})
