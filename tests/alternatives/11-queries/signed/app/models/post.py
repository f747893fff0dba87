"""Posts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, UtcDateTime, UtcNow

if TYPE_CHECKING:
    from app.models.user import User


class Post(Base):
    """A text with a title that no other post has. Belongs to its author and goes with them."""

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_newest", "created_at", "id"),
        Index("ix_posts_newest_of", "published", "created_at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), unique=True)
    content: Mapped[str] = mapped_column(Text)
    published: Mapped[bool] = mapped_column(default=False, server_default=false())
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=UtcNow())
    updated_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, onupdate=lambda: datetime.now(UTC)
    )

    author: Mapped[User] = relationship(back_populates="posts", lazy="raise")
