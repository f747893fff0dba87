"""What every model shares."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, MetaData
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.functions import FunctionElement
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


class UtcNow(FunctionElement[datetime]):
    """The database's clock, as a column's default.

    SQLite keeps times as text. Its CURRENT_TIMESTAMP has whole seconds, so that it equals no time
    that SQLAlchemy sends, not even its own; this one is written as SQLAlchemy writes a time.
    """

    type = DateTime(timezone=True)
    inherit_cache = True


@compiles(UtcNow)
def _now(*_: object, **__: object) -> str:
    return "now()"


@compiles(UtcNow, "sqlite")
def _now_on_sqlite(*_: object, **__: object) -> str:
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can drop it."""

    def __repr__(self) -> str:
        """The class and id from what is loaded, without a query."""
        raise NotImplementedError("TODO 01.7")

    # TODO 01.2
