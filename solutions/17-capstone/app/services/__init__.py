"""Business logic. A service owns the transaction: all of what it does is kept, or nothing."""

from app.services.auth_service import AuthService
from app.services.comment_service import CommentService
from app.services.health_service import HealthService
from app.services.link_fetcher import LinkFetcher
from app.services.mailer import Mailer
from app.services.moderation_hook import ModerationHook
from app.services.notification_service import NotificationService
from app.services.post_service import PostService
from app.services.preview_service import PreviewService
from app.services.user_service import UserService

__all__ = [
    "AuthService",
    "CommentService",
    "HealthService",
    "LinkFetcher",
    "Mailer",
    "ModerationHook",
    "NotificationService",
    "PostService",
    "PreviewService",
    "UserService",
]
