"""The outbox as a queue that is kept: rows are marked when they are sent."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Enum, Index, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class Status(enum.Enum):
    """How far an event has come."""

    NEW = "new"
    SENT = "sent"
    FAILED = "failed"


class OutboxEvent(Base):
    """An event of the outbox. Belongs to no other table."""

    __tablename__ = "outbox_events"
    __table_args__ = (Index(None, "status", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(Uuid, unique=True)
    message_key: Mapped[bytes] = mapped_column(LargeBinary)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[Status] = mapped_column(Enum(Status), default=Status.NEW)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
