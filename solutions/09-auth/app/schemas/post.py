"""Posts as clients send and see them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from app.schemas.base import STORABLE, Absent, PatchModel, RequestModel, ResponseModel
from app.schemas.user import UserSummary

Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=STORABLE)
]
Content = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=STORABLE)]
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]


class PostDraft(RequestModel):
    """A new post as a client sends it. Blanks around title and content do not count."""

    title: Title
    content: Content
    published: bool = False


class PostCreate(PostDraft):
    """A new post and its author, as the service takes them."""

    user_id: Id


class PostUpdate(PatchModel):
    """A change to a post. Its author stays."""

    title: Title | Absent = None
    content: Content | Absent = None
    published: bool | Absent = None


class PostResponse(ResponseModel):
    """A post with its author."""

    id: int
    title: str
    content: str
    published: bool
    user_id: int
    author: UserSummary
    created_at: datetime
    updated_at: datetime | None = None
