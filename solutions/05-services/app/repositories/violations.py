"""Which constraint an IntegrityError is about: SQLite and PostgreSQL say it in their own codes."""

from sqlalchemy.exc import IntegrityError

UNIQUE = {"SQLITE_CONSTRAINT_UNIQUE", "23505"}
FOREIGN_KEY = {"SQLITE_CONSTRAINT_FOREIGNKEY", "23503"}


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a value that must be unique is there already."""
    return not UNIQUE.isdisjoint(_codes(error))


def is_orphan(error: IntegrityError) -> bool:
    """Whether a row is named that is not there."""
    return not FOREIGN_KEY.isdisjoint(_codes(error))


def _codes(error: IntegrityError) -> set[str]:
    names = ("sqlite_errorname", "sqlstate")
    return {str(getattr(error.orig, name, "")) for name in names}
