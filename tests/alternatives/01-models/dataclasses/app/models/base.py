"""The base of models that are dataclasses too."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """UTC in, UTC out."""

    impl = DateTime(True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.utcoffset() is None:
            raise ValueError(f"{value} has no zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


class UtcNow(FunctionElement[datetime]):
    inherit_cache = True


@compiles(UtcNow)
def utc_now(element: UtcNow, compiler: SQLCompiler, **kwargs: Any) -> str:
    sqlite = compiler.dialect.name == "sqlite"
    return "strftime('%Y-%m-%d %H:%M:%f000')" if sqlite else "clock_timestamp()"


class Base(MappedAsDataclass, DeclarativeBase, repr=False):
    __table_args__ = {"sqlite_autoincrement": True}
    metadata = MetaData(naming_convention=NAMES)

    def __repr__(self) -> str:
        loaded = {key: self.__dict__[key] for key in ("id", "title") if key in self.__dict__}
        return f"{type(self).__name__}({loaded})"
