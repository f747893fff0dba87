"""Users."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, WriteOnlyMapped, mapped_column, relationship

from .base import Base, Identified, Timestamped


class User(Identified, Timestamped, Base):
    """Whoever has an account; has any number of posts, deleted with the account."""

    __tablename__ = "users"
    __table_args__ = (dict(sqlite_autoincrement=True),)
    email: Mapped[str] = mapped_column(sa.String(320), unique=True, index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    hashed_password: Mapped[str] = mapped_column(sa.Text)
    posts: WriteOnlyMapped["Post"] = relationship(  # noqa: F821
        back_populates="author", passive_deletes=True, cascade="all, delete-orphan"
    )
