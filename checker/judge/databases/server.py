"""The PostgreSQL server that CHECKER_DATABASE_URL names, where there is one.

The judge makes its databases there under names of its own, and the learner's code signs in as the
same user. A grading keeps one connection under its own name for as long as it lives: databases
whose grading has none were left behind, and the next grading removes them.
"""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.curriculum import Lesson
from checker.errors import UserError

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import URL

VARIABLE = "CHECKER_DATABASE_URL"
EXAMPLE = "postgresql://user:password@127.0.0.1:5432/postgres"
PREFIX = "posts_check_"
NAME_LENGTH = len(PREFIX) + 12
OLDEST = 14
"""The first whose pg_terminate_backend waits."""

_MINE = """
SELECT datname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba
WHERE rolname = current_user AND starts_with(datname, %s)
"""
_ABANDONED = f"""
{_MINE} AND datname ~ '^{PREFIX}[0-9a-f]{{12}}_' AND left(datname, {NAME_LENGTH}) NOT IN
(SELECT application_name FROM pg_stat_activity WHERE application_name IS NOT NULL)
"""  # noqa: S608 - nothing of it comes from outside
_HANG_UP = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE application_name = %s AND usename = current_user AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class Server:
    """A server, as a URL says how to reach it."""

    url: "URL"

    @classmethod
    def named(cls) -> "Server | None":
        """The server that the environment names; None for SQLite files. Raises UserError."""
        said = os.environ.get(VARIABLE, "").strip()
        return cls.at(said) if said else None

    @classmethod
    def at(cls, said: str) -> "Server":
        """Raises UserError where that is no URL of a PostgreSQL server."""
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            url = make_url(said)
        except (ArgumentError, ValueError):
            raise UserError(f"{VARIABLE} is not a URL.", _write(EXAMPLE)) from None
        if url.get_backend_name() not in ("postgresql", "postgres"):
            raise UserError(
                f"{VARIABLE} names {url.get_backend_name()}, and can only name PostgreSQL.",
                _write(EXAMPLE),
            )
        return cls(url.set(drivername="postgresql", database=url.database or "postgres"))

    @property
    def place(self) -> str:
        """Where it is, without a password."""
        host = self.url.host or self.url.query.get("host") or "this machine"
        return f"{host}:{self.url.port}" if self.url.port else str(host)

    def connect(self, name: str = "") -> "psycopg.Connection[tuple[Any, ...]]":
        """A connection under that name, each statement a transaction. Raises UserError."""
        import psycopg

        url = self.url
        given: dict[str, Any] = {
            "host": url.host,
            "port": url.port,
            "user": url.username,
            "password": url.password,
            "dbname": url.database,
            "connect_timeout": 5,
            **url.query,
            "application_name": name,
        }
        if "ssl" in given:  # as asyncpg calls it
            given["sslmode"] = given.pop("ssl")
        given = {key: value for key, value in given.items() if value is not None}
        try:
            return psycopg.connect(autocommit=True, prepare_threshold=None, **given)
        except psycopg.Error as error:
            raise UserError(
                f"The PostgreSQL server of {VARIABLE} cannot be used: {_reason(error)}",
                "Start it, or mend the URL; without the variable, grading uses SQLite.",
            ) from None

    def open(self, name: str = "") -> "psycopg.Connection[tuple[Any, ...]]":
        """A connection that can make databases; what gradings left behind is removed.

        Raises UserError.
        """
        connection = self.connect(name)
        try:
            self._demand(connection)
        except UserError:
            connection.close()
            raise
        import psycopg

        with suppress(psycopg.Error):  # another grading removes them at the same moment
            for (left,) in connection.execute(_ABANDONED, [PREFIX]).fetchall():
                drop(connection, left)
        return connection

    def remove(self, name: str) -> None:
        """Remove the databases of the grading of that name, whatever became of it."""
        import psycopg

        unreachable = suppress(psycopg.Error, UserError)  # a later grading will remove them
        with unreachable, self.connect(name) as connection:
            connection.execute(_HANG_UP, [name])
            for (database,) in connection.execute(_MINE, [name]).fetchall():
                drop(connection, database)

    def learners(self, connection: "psycopg.Connection[Any]", database: str) -> str:
        """The URL of a database there for asyncpg, whatever the first URL left to be guessed."""
        info = connection.info
        ssl = self.url.query.get("ssl") or self.url.query.get("sslmode")
        query = {"ssl": ssl} if ssl else {}
        socket = info.host.startswith("/")
        url = self.url.set(
            drivername="postgresql+asyncpg",
            username=info.user,
            password=info.password or None,
            host=None if socket else info.host,
            port=None if socket else info.port,
            database=database,
            query={**query, "host": info.host, "port": str(info.port)} if socket else query,
        )
        return url.render_as_string(hide_password=False)

    @staticmethod
    def _demand(connection: "psycopg.Connection[Any]") -> None:
        version = connection.info.server_version // 10000
        if version < OLDEST:
            raise UserError(
                f"The server of {VARIABLE} is PostgreSQL {version}, older than {OLDEST}.",
                "Use a newer one; without the variable, grading uses SQLite.",
            )
        user = connection.info.user
        allowed = connection.execute(
            "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        if not (allowed and allowed[0]):
            raise UserError(
                f"The user {user} of {VARIABLE} may not create databases, one for each check.",
                f'As an administrator of the server: ALTER ROLE "{user}" CREATEDB',
            )


def drop(connection: "psycopg.Connection[Any]", database: str) -> None:
    """Remove a database, whoever is connected to it."""
    from psycopg.sql import SQL, Identifier

    connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(database)))


def new_name() -> str:
    """A name for the databases of one grading, which no other has."""
    return PREFIX + secrets.token_hex(6)


def preloaded(lesson: Lesson) -> tuple[str, ...]:
    """What the subject has before the learner's code: libraries, the driver in use among them, and
    the file of the course's kit that uses each once.
    """
    wanted = list(lesson.preload)
    if "aiosqlite" in wanted and os.environ.get(VARIABLE):
        wanted += ["asyncpg", "sqlalchemy.dialects.postgresql.asyncpg"]
    if (kit := lesson.course.kit) and (warmup := kit / "warmup.py").is_file():
        wanted.append(str(warmup))
    return tuple(wanted)


def _write(example: str) -> str:
    return f"Write it like {example}"


def _reason(error: Exception) -> str:
    """The last line of what libpq says, which names the cause, without its own beginning."""
    lines = str(error).strip().splitlines()
    said = re.sub(r"^.*?\b(?=connection to server|FATAL)", "", lines[0] if lines else "")
    return said.rstrip(".") + "."
