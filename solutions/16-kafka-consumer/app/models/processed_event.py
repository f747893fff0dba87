"""Which events have had their effect."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, UtcNow


class ProcessedEvent(Base):
    """An event that has been handled, stored with its effect. Its id cannot be stored twice."""

    __tablename__ = "processed_events"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    processed_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=UtcNow())
