"""Comments as JSON."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


def _encodable(text: str) -> str:
    """Raises ValueError for half of a surrogate pair."""
    text.encode()
    return text


Content = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=r"^[^\x00]*$"),
    AfterValidator(_encodable),
    Field(examples=["Nice."]),
]


class NewComment(BaseModel):
    """A comment to be written."""

    model_config = ConfigDict(extra="forbid")

    content: Content


class ChangedComment(BaseModel):
    """A comment to be changed, or not."""

    model_config = ConfigDict(extra="forbid")

    content: Content = Field(default=None, validate_default=False)  # type: ignore[assignment]


class Author(BaseModel):
    """Who wrote it."""

    model_config = ConfigDict(from_attributes=True)

    id: int = Field(examples=[1])
    name: str = Field(examples=["Ada"])


class CommentView(BaseModel):
    """A comment."""

    model_config = ConfigDict(from_attributes=True)

    id: int = Field(examples=[4])
    content: str = Field(examples=["Nice."])
    post_id: int = Field(examples=[2])
    user_id: int = Field(examples=[1])
    author: Author
    created_at: datetime = Field(examples=["2031-05-17T10:00:00Z"])
    updated_at: datetime | None = Field(examples=[None])


class CommentsView(BaseModel):
    """Some comments. Where there are more, they are behind the cursor."""

    items: list[CommentView]
    next_cursor: str | None = Field(examples=["c-4"])
