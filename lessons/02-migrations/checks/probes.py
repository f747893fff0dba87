"""What the engine, the sessions and the revisions are asked. Every answer is plain JSON."""


def revisions():
    """The history from the first revision to the last, and how many heads it has."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(Config("alembic.ini"))
    return {
        "ids": [revision.revision for revision in script.walk_revisions()][::-1],
        "heads": list(script.get_heads()),
    }


async def engine():
    """Whether the service's engine checks foreign keys, and what its errors tell."""
    from sqlalchemy import text
    from sqlalchemy.exc import IntegrityError, SQLAlchemyError

    from app.config import get_settings
    from app.database import create_engine

    made = create_engine(get_settings())
    answer = {"async": hasattr(made, "sync_engine"), "orphan": True, "error": ""}
    async with made.begin() as connection:
        await connection.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY)"))
        await connection.execute(text("CREATE TABLE b (a_id INTEGER REFERENCES a (id))"))
    for _ in range(2):  # on a second connection of the pool too
        try:
            async with made.begin() as connection, made.begin() as another:
                await another.execute(text("SELECT 1"))
                await connection.execute(text("INSERT INTO b VALUES (42)"))
        except IntegrityError:
            answer["orphan"] = False
    try:  # an error in whose own message, on any database, the values have no place
        async with made.begin() as connection:
            insert = text("INSERT INTO no_such_table VALUES (:secret)")
            await connection.execute(insert, {"secret": 987654321})
    except SQLAlchemyError as error:
        answer["error"] = str(error)
    await made.dispose()
    return answer


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
