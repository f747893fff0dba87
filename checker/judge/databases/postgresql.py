"""PostgreSQL: a database for each check, on the server that CHECKER_DATABASE_URL names."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
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
from checker.judge.databases.server import Server, drop, new_name
from checker.judge.witness import witnessed

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import URL, Inspector

_MARK = re.compile(r"'(?:[^']|'')*'|\?|%")
"""What may stand for a value in SQL; a text in quotes is passed over."""


class PostgresDatabase(Database):
    """A database on a server. The judge's connection to it stays open until `close`."""

    def __init__(self, server: Server, name: str, url: str) -> None:
        self.name = name
        self._server = Server(server.url.set(database=name))
        self._url = url
        self._connection: psycopg.Connection[Any] | None = None

    @property
    def url(self) -> str:
        return self._url

    @witnessed
    def query(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        from psycopg.rows import dict_row

        with self._connected().cursor(row_factory=dict_row) as cursor, _told(sql):
            return rows(sql, cursor.execute(psycopgs(sql), values).fetchall())

    def execute(self, sql: str, *values: Any) -> None:
        with _told(sql):
            self._connected().execute(psycopgs(sql), values)

    @witnessed
    @contextmanager
    def inspect(self) -> "Iterator[Inspector]":
        import sqlalchemy

        engine = sqlalchemy.create_engine(
            self._sqlalchemys(), creator=self._server.connect, poolclass=sqlalchemy.NullPool
        )
        with inspected(), engine.connect() as connection:
            yield sqlalchemy.inspect(connection)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> "psycopg.Connection[Any]":
        if self._connection is None:
            self._connection = self._server.connect()
        return self._connection

    def _sqlalchemys(self) -> "URL":
        return self._server.url.set(drivername="postgresql+psycopg")


class PostgresDatabases(Databases):
    """The databases of one grading, under one random name.

    Raises UserError where the server cannot be used. `close` removes them all.
    """

    def __init__(self, server: Server, name: str | None = None) -> None:
        super().__init__()
        self.name = name or new_name()
        self._server = server
        self._connection = server.open(self.name)
        self._known: list[PostgresDatabase] = []
        self._own = self._at("check")

    @property
    def url(self) -> str:
        return self._own.url

    def empty(self) -> PostgresDatabase:
        self._create(self._own)
        return self._own

    def end_check(self) -> None:
        self._own.close()
        drop(self._connection, self._own.name)

    def close(self) -> None:
        for database in self._known:
            database.close()
        if not self._connection.closed:
            self._connection.close()
            self._server.remove(self.name)

    def _template(self, name: str) -> PostgresDatabase:
        template = self._at(name)
        self._create(template)
        return template

    def _copy(self, template: Database) -> PostgresDatabase:
        assert isinstance(template, PostgresDatabase)
        template.close()
        self._create(self._own, template.name)
        return self._own

    def _at(self, name: str) -> PostgresDatabase:
        full = f"{self.name}_{name}"
        url = self._server.learners(self._connection, full)
        database = PostgresDatabase(self._server, full, url)
        self._known.append(database)
        return database

    def _create(self, database: PostgresDatabase, template: str | None = None) -> None:
        """Make it anew: a copy of `template`, or empty, ordering text as SQLite does."""
        from psycopg.sql import SQL, Identifier

        database.close()
        drop(self._connection, database.name)
        if template is None:
            text = SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LOCALE 'C'")
        else:
            text = SQL("CREATE DATABASE {} TEMPLATE {}")
        names = Identifier(database.name), Identifier(template or "template0")
        self._connection.execute(text.format(*names))


def psycopgs(sql: str) -> bytes:
    """The SQL with `%s` for each `?`, which psycopg writes so."""
    marks = {"?": "%s", "%": "%%"}
    return _MARK.sub(lambda mark: marks.get(mark[0], mark[0].replace("%", "%%")), sql).encode()


@contextmanager
def _told(sql: str) -> Iterator[None]:
    """What the learner's tables or values are at fault for, as a finding; an error in the SQL
    itself is the check's."""
    import psycopg

    try:
        yield
    except psycopg.IntegrityError as error:
        raise Refused(str(error).splitlines()[0]) from error
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
        raise Missing(str(error).splitlines()[0]) from error
    except (psycopg.DataError, psycopg.OperationalError, UnicodeError) as error:
        raise Unreadable(sql, str(error).splitlines()[0]) from error
