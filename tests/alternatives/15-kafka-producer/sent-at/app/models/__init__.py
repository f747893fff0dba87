"""The tables of the service."""

from app.models.base import Base, UtcDateTime, UtcNow
from app.models.outbox_event import OutboxEvent, Status
from app.models.post import Post
from app.models.relay_lease import RelayLease
from app.models.user import User

__all__ = ["Base", "OutboxEvent", "Post", "RelayLease", "Status", "User", "UtcDateTime", "UtcNow"]
