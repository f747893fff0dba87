"""Posts."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, now


class Post(Base):
    """Something that a user has written. Its author is loaded along with it, always."""

    __tablename__ = "posts"
    __table_args__ = (
        sa.UniqueConstraint("title", name="one_title"),
        sa.Index("newest_published", "published", sa.desc("created_at")),
        sa.Index("posts_by_user", "user_id", "id"),
        {"comment": "what people write", "sqlite_autoincrement": True},
    )
    __mapper_args__ = {"eager_defaults": True}

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[str] = mapped_column(sa.Text())
    published: Mapped[bool] = mapped_column(
        sa.Boolean, default=False, server_default=sa.text("FALSE")
    )
    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("users.id", onupdate="CASCADE", ondelete="CASCADE")
    )
    created_at: Mapped[dt.datetime] = mapped_column(server_default=now())
    updated_at: Mapped[dt.datetime | None] = mapped_column(onupdate=now())
    author: Mapped["User"] = relationship(  # noqa: F821
        back_populates="posts", lazy="joined", innerjoin=True
    )

    def __repr__(self) -> str:
        state = sa.inspect(self)
        key = state.identity[0] if state.identity else None
        return f"Post(id={key!r})"
