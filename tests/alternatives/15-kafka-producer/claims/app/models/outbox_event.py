"""Rows that a relay claims for a while."""

from sqlalchemy import Float, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class OutboxEvent(Base):
    """A message that waits. Belongs to no other table."""

    __tablename__ = "outbox_events"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(100))
    post_id: Mapped[int] = mapped_column(index=True)
    body: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(String(40))
    claimed_until: Mapped[float] = mapped_column(Float, default=0.0)
    dead: Mapped[bool] = mapped_column(default=False)
