"""Which kind of database a grading uses: SQLite files, unless the environment names a server."""

from checker.judge.evidence.database import Databases
from checker.judge.evidence.postgresql import PostgresDatabases
from checker.judge.evidence.sqlite import SqliteDatabases
from checker.judge.server import Server
from checker.subject import Snapshot


def databases_for(snapshot: Snapshot, name: str | None = None) -> Databases:
    """The databases of the grading of that snapshot; `name` is what they are called on a server.

    Raises UserError.
    """
    server = Server.named()
    if server is None:
        return SqliteDatabases(snapshot.bench, snapshot.folder)
    return PostgresDatabases(server, name)
