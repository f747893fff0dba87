"""Posts."""

from __future__ import annotations

import typing
from datetime import UTC, datetime

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, UtcDateTime, UtcNow

if typing.TYPE_CHECKING:
    from app.models.user import User


def now() -> datetime:
    return datetime.now(UTC)


class Post(Base, repr=False):
    """A titled text by one user, its author; deleted when the user is."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    title: Mapped[str] = mapped_column(String(200), unique=True)
    content: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True, nullable=False, default=None
    )
    published: Mapped[bool] = mapped_column(server_default=false(), default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, init=False, server_default=UtcNow())
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime, onupdate=now, default=None)
    author: Mapped[User | None] = relationship(back_populates="posts", lazy="raise", default=None)


Index("ix_posts_newest_published", Post.published, Post.created_at)
