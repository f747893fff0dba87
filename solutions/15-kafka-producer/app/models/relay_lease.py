"""Whose turn it is."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class RelayLease(Base):
    """Which relay may send, and until when. Belongs to no other table; there is one row."""

    __tablename__ = "relay_leases"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    holder: Mapped[str] = mapped_column(String(50))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
