"""Users."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, now


class User(Base):
    """An account. Owns any number of posts, which the database deletes along with it."""

    __tablename__ = "users"
    __table_args__ = (sa.UniqueConstraint("email"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    name: Mapped[str]
    hashed_password: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=now())
    posts: Mapped[list["Post"]] = relationship(  # noqa: F821
        back_populates="author", lazy="selectin", cascade="all, delete-orphan", passive_deletes=True
    )

    def __repr__(self) -> str:
        state = sa.inspect(self)
        key = state.identity[0] if state.identity else None
        return f"User(id={key!r})"
