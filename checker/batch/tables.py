"""The gradebook's tables."""

from typing import ClassVar

from sqlalchemy import JSON, Enum, ForeignKey, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from checker.batch.records import Status

SCHEMA = 2
"""The version of these tables, SQLite's `user_version`."""


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={"uq": "uq_%(table_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s"}
    )
    type_annotation_map: ClassVar = {
        tuple[str, ...]: JSON,
        Status: Enum(Status, native_enum=False, values_callable=list),
    }


class Grading(Base):
    """What one project came to in one lesson. Who handed it in does not matter."""

    __tablename__ = "gradings"
    __table_args__ = (UniqueConstraint("digest", "lesson", "version", "environment", "isolation"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    lesson: Mapped[str]
    version: Mapped[str]
    environment: Mapped[str]
    isolation: Mapped[str]
    status: Mapped[Status] = mapped_column(default=Status.PENDING)
    is_begun: Mapped[bool] = mapped_column(default=False)
    """Whether it is being graded, or was when the run was killed."""
    sentence: Mapped[str] = mapped_column(default="")
    checks_passed: Mapped[int] = mapped_column(default=0)
    checks: Mapped[int] = mapped_column(default=0)
    items_passed: Mapped[int] = mapped_column(default=0)
    items: Mapped[int] = mapped_column(default=0)
    failing: Mapped[tuple[str, ...]] = mapped_column(default=())
    checks_witnessed: Mapped[int] = mapped_column(default=0)
    not_witnessed: Mapped[tuple[str, ...]] = mapped_column(default=())
    reaches: Mapped[tuple[str, ...]] = mapped_column(default=())
    report: Mapped[str | None] = mapped_column(deferred=True)
    """As JSON, by the schema of reports."""
    ended: Mapped[str | None]
    """When, in UTC, by ISO 8601."""


class Entry(Base):
    """What a student handed in last for a lesson."""

    __tablename__ = "entries"

    student: Mapped[str] = mapped_column(primary_key=True)
    lesson: Mapped[str] = mapped_column(primary_key=True)
    sentence: Mapped[str]
    """Why it could not be taken in; empty where it was."""
    ignored: Mapped[tuple[str, ...]]
    grading_id: Mapped[int | None] = mapped_column(ForeignKey("gradings.id"))
    grading: Mapped[Grading | None] = relationship(lazy="raise")
