"""Everything that is stored, in one file and with types that say it."""

from datetime import UTC, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr
from sqlalchemy.orm import mapped_column as column
from sqlalchemy.orm import relationship as related

__all__ = ["Base", "Post", "User"]


class Utc(sa.TypeDecorator[datetime]):
    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        match value:
            case None:
                return None
            case datetime(tzinfo=None):
                raise ValueError("naive")
            case _:
                return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value and value.replace(tzinfo=value.tzinfo or UTC)


class Clock(sa.sql.functions.GenericFunction[datetime]):
    name = "clock"
    type = Utc()
    inherit_cache = True


@compiles(Clock, "sqlite")
def _(element: Clock, compiler: Any, **_: Any) -> str:
    return "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"


@compiles(Clock, "postgresql")
def _(element: Clock, compiler: Any, **_: Any) -> str:
    return "now()"


Id = Annotated[int, column(primary_key=True)]
Name = Annotated[str, column(sa.String(100))]
Owner = Annotated[int, column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)]


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Utc}  # noqa: RUF012


class Row:
    """What every row has."""

    @declared_attr.directive
    def __table_args__(cls) -> Any:
        return {"sqlite_autoincrement": True}

    @declared_attr
    def created_at(cls) -> Mapped[datetime]:
        return column(server_default=sa.func.clock())

    id: Mapped[Id]

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}#{vars(self).get('id')}"


class User(Row, Base):
    """Who writes. Posts go with it."""

    __tablename__ = "users"

    email: Mapped[str] = column(unique=True)
    name: Mapped[Name]
    hashed_password: Mapped[str]
    posts: Mapped[list["Post"]] = related(
        back_populates="author", lazy="raise_on_sql", passive_deletes="all"
    )


class Post(Row, Base):
    """What a user has to say under a title of its own. Deleted along with the author."""

    __tablename__ = "posts"

    title: Mapped[str] = column(sa.String(200))
    content: Mapped[str]
    published: Mapped[bool] = column(default=False, server_default=sa.sql.expression.false())
    user_id: Mapped[Owner]
    updated_at: Mapped[datetime | None] = column(onupdate=sa.func.clock())
    author: Mapped[User] = related(back_populates="posts", lazy="raise")

    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012


sa.UniqueConstraint(Post.__table__.c.title)
sa.Index("newest", Post.__table__.c.published, Post.__table__.c.created_at.desc())
