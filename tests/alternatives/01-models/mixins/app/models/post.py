"""Posts."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Identified, Tracked


class Post(Identified, Tracked, Base):
    """
    One text of one author.

    Belongs to a user, and is removed by the database with that user.
    """

    __tablename__ = "posts"
    title: Mapped[str] = mapped_column(sa.String(length=200))
    content: Mapped[str] = mapped_column(sa.UnicodeText)
    published: Mapped[bool] = mapped_column(
        sa.Boolean(), nullable=False, insert_default=False, server_default="0"
    )
    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False
    )
    author: Mapped["User"] = relationship("User", back_populates="posts", lazy="raise")  # noqa: F821
    __table_args__ = (
        sa.UniqueConstraint(title, name="posts_title_once"),
        sa.Index("ix_posts_user_id", user_id),
        sa.Index("ix_posts_feed", "published", "created_at", "id"),
        sa.CheckConstraint("length(title) > 0", name="title_not_empty"),
        dict(sqlite_autoincrement=True),
    )
