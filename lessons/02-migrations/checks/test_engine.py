"""The engine and its sessions."""

from checker.judge import check, expect
from checker.judge.evidence import Database, Probe, Project, SqliteDatabase


@check(
    title="The engine checks foreign keys and keeps values out of its errors",
    items=["structure.alembic"],
    why="SQLite takes orphaned rows on any connection that did not ask it not to.",
    read="The engine",
    errata=["E21"],
)
def test_engine(probe: Probe, sqlite: SqliteDatabase, project: Project):
    # On a SQLite file whatever the other checks use: PostgreSQL always looks at foreign keys.
    url = f"sqlite+aiosqlite:///{project.beside / 'other.db'}"
    seen = probe("engine", doing="using the engine of app.database", url=url)
    expect(
        seen["async"],
        seen="create_engine gives back a synchronous engine.",
        wanted="create_async_engine(settings.database_url, …)",
        errata=(),
    )
    expect(
        seen["url"] == url,
        seen="create_engine(settings) is not on the database that its argument names, but on"
        f" {seen['url'].rpartition('/')[2]}.",
        wanted="create_async_engine(settings.database_url, …), of the settings that were passed.",
        why="A test that passes its own settings would write into the service's database.",
        errata=(),
    )
    names = ("first", "second", "third")
    which = [name for name, bad in zip(names, seen["orphans"], strict=False) if bad]
    expect(
        not which,
        seen=f"On the {which[0] if which else ''} of three connections a row that refers to a row"
        " which does not exist was stored.",
        wanted="PRAGMA foreign_keys = ON on every new connection to SQLite: the event connect.",
    )
    expect(
        "987654321" not in seen["error"],
        seen="An error of the engine quotes the statement's values, which end up in the log.",
        wanted="create_async_engine(…, hide_parameters=True)",
        why="A password's hash among the values would stand in the log, where many people read.",
        errata=(),
    )


@check(
    title="On PostgreSQL the engine sends no PRAGMA, whatever other engines there are",
    items=["structure.alembic"],
    why="PostgreSQL knows no PRAGMA: every connection would end in an error.",
    read="The engine",
    needs=["02.engine"],
)
def test_dialect(probe: Probe, project: Project):
    # Needs no server: the driver's connection is a dummy.
    postgresql = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"
    sqlite = f"sqlite+aiosqlite:///{project.beside / 'one.db'}"
    seen = probe(
        "engines",
        doing="making engines for PostgreSQL and for SQLite",
        urls=[postgresql, sqlite, postgresql, sqlite],
    )
    sent = [statement for statement in seen["sent"] if "pragma" in statement.lower()]
    expect(
        not sent,
        seen=f"A new connection to PostgreSQL is sent: {sent[0] if sent else ''}.",
        wanted='A listener of that engine alone, event.listen(engine.sync_engine, "connect", …),'
        ' and only where engine.dialect.name == "sqlite".',
    )
    expect(
        all(seen["checks"]),
        seen="Of two engines for SQLite in one process the"
        f" {'first' if not seen['checks'][0] else 'second'} does not check foreign keys.",
        wanted="A listener for each engine that create_engine makes for SQLite.",
        why="Tests make many engines: those without the listener would take orphans.",
    )
    expect(
        not seen["foreign"],
        seen="An engine that somebody else makes in the process, with SQLAlchemy's own"
        " create_async_engine, is told to check foreign keys too.",
        wanted='A listener of that engine alone: event.listen(engine.sync_engine, "connect", …).',
        why="On the class Engine, or on Pool, one listener hears every engine of the process, a"
        " library's and a test's too.",
    )


@check(
    title="A session's objects can be read after a commit",
    items=["structure.alembic"],
    why="Async code cannot reload an expired attribute: the next line after a commit would raise.",
    read="The engine",
)
def test_sessions(probe: Probe, database: Database):
    seen = probe("sessions", doing="using a session of app.database")
    expect(
        seen["name"] == "Ada",
        seen=f"Reading user.name after session.commit() gave {seen['name']}.",
        wanted="async_sessionmaker(engine, expire_on_commit=False)",
        final=True,
    )
