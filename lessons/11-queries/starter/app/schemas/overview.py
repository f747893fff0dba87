"""People with all that they have written."""

from app.schemas.base import ResponseModel
from app.schemas.user import UserResponse


class PostSummary(ResponseModel):
    """A post in a list of its author's."""

    id: int
    title: str
    published: bool


class UserWithPosts(UserResponse):
    """Someone, and their posts, the latest first."""

    posts: list[PostSummary]
