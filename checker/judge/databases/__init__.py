"""The databases of a grading: SQLite files, or those of the PostgreSQL server that is named."""

from checker.judge.databases.database import Database, Databases, Missing, Refused
from checker.judge.databases.postgresql import PostgresDatabases
from checker.judge.databases.server import Server
from checker.judge.databases.sqlite import SqliteDatabase, SqliteDatabases
from checker.subject import Snapshot

__all__ = ["Database", "Databases", "Missing", "Refused", "SqliteDatabase", "databases_for"]


def databases_for(snapshot: Snapshot, name: str | None = None) -> Databases:
    """The databases of the grading of that snapshot; `name` is what they are called on a server.

    Raises UserError.
    """
    server = Server.named()
    if server is None:
        return SqliteDatabases(snapshot.bench, snapshot.folder)
    return PostgresDatabases(server, name)
