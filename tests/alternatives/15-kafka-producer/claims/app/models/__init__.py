"""The tables of the service."""

from app.models.base import Base, UtcDateTime, UtcNow
from app.models.outbox_event import OutboxEvent
from app.models.post import Post
from app.models.user import User

__all__ = ["Base", "OutboxEvent", "Post", "User", "UtcDateTime", "UtcNow"]
