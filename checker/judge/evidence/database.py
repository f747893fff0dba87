"""Evidence from a database that the judge itself opens."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Engine, Inspector


class Database:
    """A check's own SQLite file. The learner's code gets `url`; the judge reads the file itself."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @property
    def url(self) -> str:
        """The URL for the learner's async engine."""
        return f"sqlite+aiosqlite:///{self.file}"

    def query(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Rows as dictionaries, read on a connection of the judge's own."""
        with closing(sqlite3.connect(self.file)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, values)]

    def execute(self, sql: str, *values: Any) -> None:
        """Change the data behind the learner's back, in a transaction of its own."""
        with closing(sqlite3.connect(self.file)) as connection, connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(sql, values)

    @contextmanager
    def inspect(self) -> "Iterator[Inspector]":
        """SQLAlchemy's inspector on the file: tables, columns, indexes, constraints."""
        import sqlalchemy

        engine: Engine = sqlalchemy.create_engine(
            f"sqlite:///{self.file}", poolclass=sqlalchemy.NullPool
        )
        yield sqlalchemy.inspect(engine)
        engine.dispose()

    def fill(self, template: Path, make: Callable[["Database"], None]) -> None:
        """Start from a copy of `template`, which `make` builds the first time it is wanted."""
        if not template.exists():
            make(Database(template))
        if template.exists():
            shutil.copyfile(template, self.file)
