"""Posts as clients send and see them."""

import unicodedata
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from app.schemas.base import STORABLE, Absent, PatchModel, RequestModel, ResponseModel
from app.schemas.user import UserSummary


def composed(value: object) -> object:
    """A text in the form NFC, in which an accent belongs to its letter."""
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=STORABLE),
    BeforeValidator(composed),
]
Content = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=STORABLE)]
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]


class PostCreate(RequestModel):
    """A new post. Blanks around title and content do not count."""

    title: Title
    content: Content
    published: bool = False
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
