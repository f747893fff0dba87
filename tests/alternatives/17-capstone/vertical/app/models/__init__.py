"""The tables of the service."""

from app.models.base import Base, UtcDateTime, UtcNow
from app.models.outbox_event import OutboxEvent
from app.models.post import Post
from app.models.post_stats import PostStats
from app.models.processed_event import ProcessedEvent
from app.models.relay_lease import RelayLease
from app.models.user import User

from app.comments.model import Comment  # isort: skip - it needs both others

__all__ = [
    "Base",
    "Comment",
    "OutboxEvent",
    "Post",
    "PostStats",
    "ProcessedEvent",
    "RelayLease",
    "User",
    "UtcDateTime",
    "UtcNow",
]
