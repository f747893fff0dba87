"""What every model shares."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Refuses naive times; comes back aware on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC. Raises ValueError for a naive one."""
        raise NotImplementedError("TODO 01.5")

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Add the zone that SQLite does not keep."""
        raise NotImplementedError("TODO 01.5")


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can drop it."""

    def __repr__(self) -> str:
        """The class and id from what is loaded, without a query."""
        raise NotImplementedError("TODO 01.7")

    # TODO 01.2
