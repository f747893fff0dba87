"""The table of comments."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, UtcDateTime, UtcNow
from app.models.post import Post
from app.models.user import User

Key = Annotated[int, mapped_column(primary_key=True)]


class Written:
    """Remembers when it was written and last changed."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=UtcNow())
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Comment(Written, Base):
    """What a reader has said about a post. The database deletes it with the post, and with the
    user who is its author."""

    __tablename__ = "post_comments"
    __table_args__ = (
        Index(None, "post_id", "id"),
        CheckConstraint("length(content) > 0", name="not_empty"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Key]
    content: Mapped[str] = mapped_column(String(2000))
    post_id: Mapped[int] = mapped_column(ForeignKey(Post.id, ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)

    author: Mapped[User] = relationship(lazy="raise_on_sql")
    post: Mapped[Post] = relationship(lazy="selectin")

    def __repr__(self) -> str:
        known = self.__dict__
        return f"Comment(id={known.get('id')}, post_id={known.get('post_id')})"
