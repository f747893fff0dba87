"""Evidence from a database that the judge itself opens: what every kind of database offers."""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from checker.judge.claim import asked, claimed
from checker.judge.unmet import Unmet
from checker.judge.witness import note, unnoted
from checker.report import Evidence

if TYPE_CHECKING:
    from sqlalchemy import Inspector


class Refused(Unmet):
    """The database did not take a change: one of its constraints says no. That is an answer, while
    a change that it takes is none."""

    def __init__(self, reason: str) -> None:
        note(Evidence.WITNESSED)
        super().__init__(
            f"The database refused a row that the check stores: {reason}.",
            "The tables as lesson 01 describes them, with their defaults.",
        )


class Missing(Unmet):
    """The database has no such table or column."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The database lacks what the check looks for: {reason}.",
            "The tables and columns of lesson 01, made by the migrations of lesson 02.",
        )


class Unreadable(Unmet):
    """What the submission left in the database's place cannot be read, or not asked for."""

    def __init__(self, doing: str, reason: str) -> None:
        super().__init__(
            f"The database cannot answer `{doing}`: {reason}.",
            "A database that the service's own code and migrations made.",
        )


def rows(sql: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as claims: one or a column that is not there is said in words."""
    claims: list[dict[str, Any]] = claimed(found, f"`{sql}`")
    return claims


@contextmanager
def inspected() -> "Iterator[None]":
    """What the inspector does not find, or cannot read, as a finding."""
    from sqlalchemy.exc import DBAPIError, NoSuchTableError

    asked.set("The database, inspected,")
    try:
        yield
    except NoSuchTableError as error:
        raise Missing(f"no such table: {error}") from error
    except DBAPIError as error:
        raise Unreadable("what tables are there", str(error.orig)) from error


class Database(ABC):
    """One database. The learner's code gets `url`; the judge has connections of its own.

    In SQL, `?` stands for each value. What SQL cannot say alike for SQLite and PostgreSQL is not
    for a check; `false` and `true` are the Boolean literals of both.
    """

    @property
    @abstractmethod
    def url(self) -> str:
        """The URL for the learner's async engine."""

    @abstractmethod
    def query(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Rows as dictionaries, as claims. A Boolean is True or 1, as the database has it: compare
        by ==.

        Raises Missing or Unreadable.
        """

    @abstractmethod
    def execute(self, sql: str, *values: Any) -> None:
        """Change the data behind the learner's back, and commit.

        Raises Refused, Missing or Unreadable.
        """

    def insert(self, table: str, **values: Any) -> None:
        """Store a row: of `values` what the table has a column for, and something in every other
        column that must have a value, so that a check needs only what it looks at.

        Raises Refused, or Missing where there is no such table.
        """
        with unnoted(), self.inspect() as inspector:
            if table not in inspector.get_table_names():
                raise Missing(f"there is no table {table}")
            columns = {column["name"]: column for column in inspector.get_columns(table)}
        row = {name: value for name, value in values.items() if name in columns}
        for name, column in columns.items():
            given = name in row or column["nullable"] or column["default"] is not None
            if not given and not column.get("primary_key") and name != "id":
                row[name] = _something(column["type"])
        if row:
            marks = ", ".join("?" for _ in row)
            sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"  # noqa: S608
        else:
            sql = f"INSERT INTO {table} DEFAULT VALUES"
        self.execute(sql, *row.values())

    @abstractmethod
    def inspect(self) -> "AbstractContextManager[Inspector]":
        """SQLAlchemy's inspector: tables, columns, indexes, constraints."""


class Databases(ABC):
    """The databases of one grading: the one of the check that runs, and those it may be a copy of.

    The check's own has the same URL in every check, so that checks can share an import.
    """

    def __init__(self) -> None:
        self._templates: dict[str, Database | Exception] = {}

    @property
    @abstractmethod
    def url(self) -> str:
        """Where the check's own database is, once it has one."""

    @abstractmethod
    def empty(self) -> Database:
        """The check's own database, with nothing in it."""

    def filled(self, name: str, make: Callable[[Database], None]) -> Database:
        """The check's own database as `make` makes it, which is done once in a grading.

        Raises what `make` raises, for every check that asks.
        """
        if name not in self._templates:
            template = self._template(name)
            try:
                with unnoted():  # another check may do it
                    make(template)
            except Exception as error:
                self._templates[name] = error
            else:
                self._templates[name] = template
        found = self._templates[name]
        if isinstance(found, Exception):
            raise found
        return self._copy(found)

    @abstractmethod
    def end_check(self) -> None:
        """Remove the check's own database, once the processes that used it are gone.

        PostgreSQL takes its time where it has to hang up on them.
        """

    @abstractmethod
    def close(self) -> None:
        """Remove every database of this grading."""

    @abstractmethod
    def _template(self, name: str) -> Database:
        """A new and empty database, to be copied."""

    @abstractmethod
    def _copy(self, template: Database) -> Database:
        """The check's own database, as a copy."""


def _something(kind: Any) -> Any:
    """A value that a column of this type takes, another one each time where it can be."""
    try:
        python = kind.python_type
    except NotImplementedError:
        python = str
    if issubclass(python, bool):
        return False
    if issubclass(python, int | float):
        return 1
    if issubclass(python, date):
        return "2031-01-01 00:00:00.000000"
    return secrets.token_hex(8)
