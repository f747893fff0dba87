"""What readers remark on posts."""

from datetime import UTC, datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, UtcDateTime, UtcNow
from app.models.user import User


class Remark(Base):
    """One remark of a user on a post: whichever of the two is deleted takes it along."""

    __tablename__ = "remarks"
    __table_args__ = (
        Index("ix_remarks_of_post", "on_post", "number"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    on_post: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    by_user: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=UtcNow())
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    writer: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    def __repr__(self) -> str:
        return f"<Remark {self.__dict__.get('number')}>"

    def edit(self, body: str) -> bool:
        """Say something else from now on. False where it is what is said already."""
        if body == self.body:
            return False
        self.body, self.edited_at = body, datetime.now(UTC)
        return True
