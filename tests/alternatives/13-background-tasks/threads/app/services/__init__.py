"""Business logic. A service owns the transaction: all of what it does is kept, or nothing."""

from app.services.auth_service import AuthService
from app.services.link_fetcher import LinkFetcher
from app.services.post_service import PostService
from app.services.preview_service import PreviewService
from app.services.user_service import UserService

__all__ = ["AuthService", "LinkFetcher", "PostService", "PreviewService", "UserService"]
