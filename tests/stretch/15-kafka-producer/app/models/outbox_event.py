"""What Kafka has still to be told."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, UtcNow


class OutboxEvent(Base):
    """An event as it will be sent, stored with the change that it tells of.

    Belongs to no other table: the post may be gone before its event is sent. The row is deleted
    once Kafka has acknowledged it. One that can never be sent stays, with the reason in `error`.
    """

    __tablename__ = "outbox_events"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(50))
    value: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=UtcNow())
    error: Mapped[str | None] = mapped_column(Text)
