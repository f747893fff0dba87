"""The base of all models, in a style of its own."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase


class Moment(sa.TypeDecorator[dt.datetime]):
    """An aware time."""

    impl = sa.TIMESTAMP
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[dt.datetime]:
        return dialect.type_descriptor(sa.TIMESTAMP(timezone=True))

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def process_bind_param(self, value, dialect):
        if value is not None:
            if value.tzinfo is None or value.tzinfo.utcoffset(value) is None:
                raise ValueError("naive datetime")
            value = value.astimezone(dt.UTC)
        return value

    def process_result_value(self, value, dialect):
        return value if value is None or value.tzinfo else value.replace(tzinfo=dt.UTC)


class now(sa.sql.expression.ColumnElement[dt.datetime]):  # noqa: N801
    """The moment of a row, as text that SQLite can compare with any other."""

    type = Moment()
    inherit_cache = True


@compiles(now, "postgresql")
def postgresqls_now(element, compiler, **kwargs):
    return "CURRENT_TIMESTAMP"


@compiles(now, "sqlite")
def sqlites_now(element, compiler, **kwargs):
    return "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"


class Base(AsyncAttrs, DeclarativeBase):
    type_annotation_map = {dt.datetime: Moment}
    metadata = sa.MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "fk": "%(table_name)s_%(column_0_name)s_fkey",
            "uq": "%(table_name)s_%(column_0_name)s_key",
            "ix": "%(column_0_label)s_idx",
            "ck": "%(table_name)s_%(constraint_name)s_check",
        }
    )
