"""People with all that they have written."""

from pydantic import Field

from app.schemas.base import ResponseModel
from app.schemas.user import UserResponse


class PostSummary(ResponseModel):
    """A post in a list of its author's."""

    id: int = Field(examples=[7])
    title: str = Field(examples=["Plum jam"])
    published: bool = Field(examples=[True])


class UserWithPosts(UserResponse):
    """Someone, and their posts, the latest first."""

    posts: list[PostSummary]
