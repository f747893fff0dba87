"""What the engine, the sessions and the revisions are asked. Every answer is plain JSON."""

from contextlib import suppress


def revisions():
    """The history from the first revision to the last, and how many heads it has."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(Config("alembic.ini"))
    return {
        "ids": [revision.revision for revision in script.walk_revisions()][::-1],
        "heads": list(script.get_heads()),
    }


async def engine(url):
    """Whether the service's engine checks foreign keys on each connection, what its errors tell,
    and whether it is on the database of the settings that it was given, and not of others."""
    from sqlalchemy import text
    from sqlalchemy.exc import IntegrityError, SQLAlchemyError

    from app.config import get_settings
    from app.database import create_engine

    made = create_engine(get_settings().model_copy(update={"database_url": url}))
    answer = {"async": hasattr(made, "sync_engine"), "orphans": [], "error": ""}
    answer["url"] = made.url.render_as_string(hide_password=False)
    async with made.begin() as connection:
        await connection.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY)"))
        await connection.execute(text("CREATE TABLE b (a_id INTEGER REFERENCES a (id))"))
    async with made.connect() as first, made.connect() as second, made.connect() as third:
        for connection in (first, second, third):  # at the same time: each one of its own
            try:
                await connection.execute(text("INSERT INTO b VALUES (42)"))
            except IntegrityError:
                answer["orphans"].append(False)
            else:
                answer["orphans"].append(True)
            await connection.rollback()
    try:  # an error in whose own message, on any database, the values have no place
        async with made.begin() as connection:
            insert = text("INSERT INTO no_such_table VALUES (:secret)")
            await connection.execute(insert, {"secret": 987654321})
    except SQLAlchemyError as error:
        answer["error"] = str(error)
    await made.dispose()
    return answer


async def engines(urls):
    """What engines of one process do on a new connection, some for SQLite and some for PostgreSQL,
    made in turn: the statements that those for PostgreSQL send of themselves, and whether each of
    the others checks foreign keys. `foreign`: whether an engine does that somebody else makes.

    There is no server: the driver's connection is a dummy that writes down what it is told.
    """
    from unittest.mock import AsyncMock, MagicMock

    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.util import greenlet_spawn

    from app.config import get_settings
    from app.database import create_engine

    async def checked(engine):
        try:
            async with engine.connect() as opened:
                return bool(await opened.scalar(text("PRAGMA foreign_keys")))
        finally:
            await engine.dispose()

    sent, checks = [], []

    def note(statement, *_, **__):
        sent.append(str(statement))
        return MagicMock()

    connection = MagicMock(_connection=AsyncMock())
    connection.execute.side_effect = note
    connection.cursor.return_value.execute.side_effect = note
    for url in urls:
        made = create_engine(get_settings().model_copy(update={"database_url": url}))
        if made.dialect.name == "sqlite":
            checks.append(await checked(made))
            continue
        made.dialect.initialize = lambda _: None
        made.dialect.connect = lambda *_, **__: connection
        with suppress(Exception):
            opened = await greenlet_spawn(made.sync_engine.raw_connection)
            await greenlet_spawn(opened.close)
    foreign = await checked(create_async_engine("sqlite+aiosqlite://"))
    return {"sent": sent, "checks": checks, "foreign": foreign}


def migrations_on_postgresql():
    """What `alembic current` sends to PostgreSQL, and how many of its connections are left open.

    There is no server: the driver's connection is a dummy that finds no rows.
    """
    from unittest.mock import AsyncMock, MagicMock

    from alembic import command
    from alembic.config import Config
    from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

    sent, made = [], []

    def note(statement, *_, **__):
        sent.append(str(statement))
        return MagicMock()

    def connect(*_, **__):
        connection = MagicMock(_connection=AsyncMock())
        connection.execute.side_effect = note
        cursor = connection.cursor.return_value
        cursor.execute.side_effect = note
        cursor.description = [("found", None, None, None, None, None, None)]
        cursor.fetchall.return_value = cursor.fetchmany.return_value = []
        cursor.fetchone.return_value = None
        made.append(connection)
        return connection

    PGDialect_asyncpg.initialize = lambda *_: None
    PGDialect_asyncpg.connect = connect
    error = ""
    try:
        command.current(Config("alembic.ini"))
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    left = [each for each in made if not (each.close.called or each.terminate.called)]
    return {"sent": sent, "error": error, "made": len(made), "open": len(left)}


def sql():
    """What `alembic upgrade head --sql` prints, without what is logged, and how it ends."""
    from io import StringIO

    from alembic import command
    from alembic.config import Config

    printed, error = StringIO(), ""
    try:
        command.upgrade(Config("alembic.ini", output_buffer=printed), "head", sql=True)
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    return {"printed": printed.getvalue(), "error": error}


def lengths():
    """The longest text that each column takes, by the models."""
    from app.models import Base

    return {
        f"{table.name}.{column.name}": column.type.length
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(getattr(column.type, "length", None), int)
    }


async def times():
    """Whether each row of the migrated tables is found by its own time, by the models."""
    from sqlalchemy import select

    from app.config import get_settings
    from app.database import create_engine, create_session_factory
    from app.models import Post, User

    made, found = create_engine(get_settings()), []
    async with create_session_factory(made)() as session:
        for model in (User, Post):
            for id_, value in (await session.execute(select(model.id, model.created_at))).all():
                same = select(model.id).where(model.id == id_, model.created_at == value)
                less = select(model.id).where(model.id == id_, model.created_at < value)
                found.append(
                    {
                        "model": model.__name__,
                        "text": str(value),
                        "equal": bool((await session.execute(same)).all()),
                        "earlier": bool((await session.execute(less)).all()),
                    }
                )
    await made.dispose()
    return found


async def sessions():
    """Whether a row can be read after a commit, in a session of the factory."""
    from app.config import get_settings
    from app.database import create_engine, create_session_factory
    from app.models import Base, User

    made = create_engine(get_settings())
    async with made.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with create_session_factory(made)() as session:
        user = User(email="ada@example.com", name="Ada", hashed_password="x")
        session.add(user)
        await session.commit()
        try:
            seen = user.name
        except Exception as error:
            seen = str(error).splitlines()[0]
    await made.dispose()
    return {"kind": type(session).__name__, "name": seen}
