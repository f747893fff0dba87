"""What crosses the service's border, in both directions."""

from app.schemas.post import PostCreate, PostResponse, PostUpdate
from app.schemas.user import UserCreate, UserResponse, UserSummary, UserUpdate

__all__ = [
    "PostCreate",
    "PostResponse",
    "PostUpdate",
    "UserCreate",
    "UserResponse",
    "UserSummary",
    "UserUpdate",
]
