"""Building blocks of the models."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import sqlalchemy as sa
import sqlalchemy.ext.compiler
from sqlalchemy.dialects.sqlite import DATETIME
from sqlalchemy.orm import Mapped, mapped_column, registry

SHORT = DATETIME(
    storage_format="%(year)04d-%(month)02d-%(day)02d %(hour)02d:%(minute)02d:%(second)02d"
    ".%(microsecond)06d",
)
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_uq",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
        "ck": "%(table_name)s_%(constraint_name)s_ck",
    }
)


class UtcDateTime(sa.types.TypeDecorator):
    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect):
        kind = SHORT if dialect.name == "sqlite" else sa.DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if not value.tzinfo:
            msg = f"{value!r} is naive"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


class SqlNow(sa.sql.ColumnElement):
    inherit_cache = True
    type = sa.DateTime(timezone=True)


@sa.ext.compiler.compiles(SqlNow)
def default(element, compiler, **kw):
    return "CURRENT_TIMESTAMP"


@sa.ext.compiler.compiles(SqlNow, "sqlite")
def sqlite(element, compiler, **kw):
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now', 'utc', 'localtime')"


mapper_registry = registry(metadata=sa.MetaData(naming_convention=dict(NAMES)))


class Base(metaclass=sa.orm.decl_api.DeclarativeMeta):
    """The declarative base, spelt out."""

    __abstract__ = True
    registry = mapper_registry
    metadata = mapper_registry.metadata
    __init__ = mapper_registry.constructor


class Identified:
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)

    def __repr__(self):
        identity = sa.inspect(self).identity
        return f"<{self.__class__.__name__}({identity[0] if identity else 'new'})>"


class Timestamped:
    created_at: Mapped[datetime] = mapped_column(UtcDateTime(), server_default=SqlNow())


class Tracked(Timestamped):
    updated_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime(), onupdate=lambda: datetime.now(UTC)
    )
