"""Posts as clients send and see them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, Strict, StringConstraints

from app.schemas.base import WRITTEN, Absent, PatchModel, RequestModel, ResponseModel
from app.schemas.user import UserSummary

Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=WRITTEN),
    Field(examples=["Plum jam"]),
]
Content = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, pattern=WRITTEN),
    Field(examples=["Wash them, halve them, see https://example.com/jam."]),
]
Published = Annotated[bool, Strict(), Field(examples=[True])]
Id = Annotated[int, Strict(), Field(ge=1, le=2**31 - 1, examples=[7])]


class PostDraft(RequestModel):
    """A new post as a client sends it. Blanks around title and content do not count."""

    title: Title
    content: Content
    published: Published = False


class PostCreate(PostDraft):
    """A new post and its author, as the service takes them."""

    user_id: Id


class PostUpdate(PatchModel):
    """A change to a post. Its author stays."""

    title: Title | Absent = None
    content: Content | Absent = None
    published: Published | Absent = None


class PostResponse(ResponseModel):
    """A post with its author."""

    id: int = Field(examples=[7])
    title: str = Field(examples=["Plum jam"])
    content: str = Field(examples=["Wash them, halve them, see https://example.com/jam."])
    published: bool = Field(examples=[True])
    user_id: int = Field(examples=[3])
    author: UserSummary
    created_at: datetime = Field(examples=["2031-05-17T10:00:00Z"])
    updated_at: datetime | None = Field(default=None, examples=["2031-05-18T08:30:00Z"])
