"""Users."""

from __future__ import annotations

import typing
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, UtcDateTime, UtcNow

if typing.TYPE_CHECKING:
    from app.models.post import Post


class User(Base, repr=False):
    """A person with an account; the author of posts, which do not outlive it."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    email: Mapped[str] = mapped_column(unique=True, index=True)
    name: Mapped[str]
    hashed_password: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, init=False, server_default=UtcNow())
    posts: Mapped[list[Post]] = relationship(
        back_populates="author", lazy="raise_on_sql", passive_deletes="all", default_factory=list
    )
