"""People who write posts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, UtcDateTime, UtcNow

if TYPE_CHECKING:
    from app.models.post import Post


class User(Base):
    """Someone who can sign in and write posts. Deleting a user deletes the posts."""

    __tablename__ = "users"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    hashed_password: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=UtcNow())

    posts: Mapped[list[Post]] = relationship(
        back_populates="author", lazy="raise", passive_deletes="all"
    )
