"""What crosses the service's border, in both directions."""

from app.schemas.post import PostCreate, PostDraft, PostResponse, PostUpdate
from app.schemas.preview import LinkPreview, PreviewsResponse
from app.schemas.token import TokenResponse
from app.schemas.user import UserCreate, UserResponse, UserSummary, UserUpdate

__all__ = [
    "LinkPreview",
    "PostCreate",
    "PostDraft",
    "PostResponse",
    "PostUpdate",
    "PreviewsResponse",
    "TokenResponse",
    "UserCreate",
    "UserResponse",
    "UserSummary",
    "UserUpdate",
]
