"""What Kafka has still to be told."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, UtcNow


class OutboxEvent(Base):
    """An event that waits. No test of comments knows what its columns are called."""

    __tablename__ = "outbox_events"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column("recipient", String(50))
    value: Mapped[str] = mapped_column("payload", Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=UtcNow())
    error: Mapped[str | None] = mapped_column("refusal", Text)
