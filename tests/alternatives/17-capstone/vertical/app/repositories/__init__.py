"""Data access: the only place with queries. Repositories flush and never commit."""

from app.repositories.base_repository import BaseRepository
from app.repositories.outbox_repository import OutboxRepository
from app.repositories.post_repository import PostRepository
from app.repositories.stats_repository import StatsRepository
from app.repositories.user_repository import UserRepository

__all__ = [
    "BaseRepository",
    "OutboxRepository",
    "PostRepository",
    "StatsRepository",
    "UserRepository",
]
