"""SQLite: a file for each check, copied where checks begin alike."""

import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.judge.databases.database import (
    Database,
    Databases,
    Missing,
    Refused,
    Unreadable,
    inspected,
    rows,
)
from checker.judge.witness import witnessed
from checker.subject.removal import remove

if TYPE_CHECKING:
    from sqlalchemy import Inspector

PATIENCE = 20.0
"""Seconds for all statements of one connection."""
MOST_MEMORY = 256 * 1024**2
"""Bytes of SQLite's own, for all that the judge has open."""
MOST_VALUE = 16 * 1024**2
"""Bytes of one value, row or statement."""
MOST_ROWS = 100_000
"""Rows of one answer."""
_MISSING = re.compile(r"no such (table|column)|has no column")


class SqliteDatabase(Database):
    """A SQLite file, which need not exist yet."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @property
    def url(self) -> str:
        return f"sqlite+aiosqlite:///{self.file}"

    @witnessed
    def query(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with _readable(sql), closing(_connected(self.file)) as connection:
            connection.row_factory = sqlite3.Row
            found = _run(connection, sql, values).fetchmany(MOST_ROWS + 1)
            if len(found) > MOST_ROWS:
                raise Unreadable(sql, f"it gives over {MOST_ROWS:,} rows")
            return rows(sql, [dict(row) for row in found])

    def execute(self, sql: str, *values: Any) -> None:
        with _readable(sql), closing(_connected(self.file)) as connection, connection:
            connection.execute("PRAGMA foreign_keys = ON")
            _demand_tables(connection, sql)
            _run(connection, sql, values)

    @witnessed
    @contextmanager
    def inspect(self) -> "Iterator[Inspector]":
        import sqlalchemy

        engine = sqlalchemy.create_engine(
            "sqlite://", creator=partial(_connected, self.file), poolclass=sqlalchemy.NullPool
        )
        with inspected():
            yield sqlalchemy.inspect(engine)


class SqliteDatabases(Databases):
    """The files of one grading: the check's own on the `bench`, which is cleared for each check,
    the others in `folder`. Both folders are for their owner to remove."""

    def __init__(self, bench: Path, folder: Path) -> None:
        super().__init__()
        self._own = SqliteDatabase(bench / "check.db")
        self._folder = folder

    @property
    def url(self) -> str:
        return self._own.url

    def empty(self) -> SqliteDatabase:
        self.end_check()
        return self._own

    def end_check(self) -> None:
        remove(self._own.file)  # whatever the submission has put there

    def close(self) -> None:
        """Nothing: the files go with their folders."""

    def _template(self, name: str) -> SqliteDatabase:
        return SqliteDatabase(self._folder / f"{name}.template")

    def _copy(self, template: Database) -> SqliteDatabase:
        assert isinstance(template, SqliteDatabase)
        own = self.empty()
        if template.file.exists():  # code that writes to another database makes none here
            shutil.copyfile(template.file, own.file)
        return own


def guarded(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A connection to what the submission's code has made and may have prepared.

    Triggers, views and defaults call no function with side effects, nothing takes for ever, and
    nothing fills the memory: a statement is interrupted after a while, as an OperationalError says,
    and one that makes too much of anything ends in a DataError or a MemoryError.
    """
    end = time.monotonic() + PATIENCE
    connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_VALUE)
    for pragma in (
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "temp_store = MEMORY",  # and not where a disk would be filled
        f"hard_heap_limit = {MOST_MEMORY}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _connected(file: Path) -> sqlite3.Connection:
    return guarded(sqlite3.connect(file))


def _demand_tables(connection: sqlite3.Connection, sql: str) -> None:
    """Raise Unreadable where what the judge writes would go through a view: the triggers on one can
    do anything else with it. Those on a table cannot, as the next look at its rows shows."""
    written = _WRITTEN.match(sql)
    views = "SELECT name FROM sqlite_schema WHERE type = 'view' AND name = ? COLLATE NOCASE"
    if written and connection.execute(views, (written["table"],)).fetchone():
        raise Unreadable(sql, f"{written['table']} is a view, not a table")


_WRITTEN = re.compile(
    r"""\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+["`\[]?(?P<table>\w+)""", re.IGNORECASE
)


def _run(connection: sqlite3.Connection, sql: str, values: tuple[Any, ...]) -> sqlite3.Cursor:
    try:
        return connection.execute(sql, values)
    except sqlite3.IntegrityError as error:
        raise Refused(str(error)) from error
    except sqlite3.OperationalError as error:
        if _MISSING.search(str(error)):
            raise Missing(str(error)) from error
        raise


@contextmanager
def _readable(sql: str) -> Iterator[None]:
    """What the file or a value of the submission's is at fault for, as a finding; an error in the
    SQL itself is the check's."""
    try:
        yield
    except MemoryError as error:
        raise Unreadable(sql, "it takes too much memory") from error
    except (sqlite3.DatabaseError, sqlite3.InterfaceError, OverflowError, UnicodeError) as error:
        if _OURS.search(str(error)):
            raise
        raise Unreadable(sql, str(error)) from error


_OURS = re.compile(r"syntax error|incomplete input|number of bindings")
