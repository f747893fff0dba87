"""Posts as clients send and see them."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from app.schemas.base import WRITTEN, Absent, PatchModel, RequestModel, ResponseModel
from app.schemas.user import UserSummary

Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=WRITTEN),
]
Content = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, pattern=WRITTEN),
]
Published = bool
Id = Annotated[int, Field(ge=1, le=2**31 - 1, examples=[7])]


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

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 7,
                "title": "Plum jam",
                "content": "Wash them.",
                "published": False,
                "user_id": 3,
                "author": {"id": 3, "name": "Ada"},
                "created_at": "2031-05-17T10:00:00Z",
                "updated_at": None,
            }
        }
    )

    id: int
    title: str
    content: str
    published: bool
    user_id: int
    author: UserSummary
    created_at: datetime
    updated_at: datetime | None = None
