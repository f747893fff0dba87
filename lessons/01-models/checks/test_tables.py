"""The tables: from the metadata, and from the database that `create_all` makes."""

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Database, Probe, Refused, Source

USER_COLUMNS = {"id", "email", "name", "hashed_password", "created_at"}
POST_COLUMNS = {"id", "title", "content", "published", "user_id", "created_at", "updated_at"}


@pytest.fixture
def metadata(probe: Probe):
    return probe.shared("metadata", doing="reading the models' metadata")


@pytest.fixture
def filled(probe: Probe, database: Database, rng) -> Database:
    """A database made by `create_all`, with one user and one post that the judge put in."""
    probe("create_all", doing="creating the tables")
    database.execute(
        "INSERT INTO users (id, email, name, hashed_password, created_at)"
        " VALUES (?, ?, 'Ada', 'x', '2031-01-01 00:00:00')",
        7,
        f"ada{rng.randrange(10**6)}@example.com",
    )
    database.execute(
        "INSERT INTO posts (id, title, content, published, user_id, created_at)"
        " VALUES (1, 'First', 'Text', false, 7, '2031-01-01 00:00:00')"
    )
    return database


@check(
    title="app.models imports and offers Base, User and Post",
    items=["model.async-model", "structure.models-base"],
    errata=["E45"],
    why="Alembic, the repositories and the tests all import the models from this one place.",
    read="A base class for every model",
)
def test_importable(probe: Probe):
    offered = probe.shared("models", doing="importing app.models")
    missing = [name for name in ("Base", "User", "Post") if name not in offered]
    expect(
        not missing,
        seen=f"`from app.models import {', '.join(missing)}` fails: there is no such name.",
        wanted="app/models/__init__.py that offers Base, User and Post.",
    )


@check(
    title="create_all makes the tables users and posts in a real file",
    items=["model.async-model"],
    why="A model that makes no table in a database has never been tried.",
    read="A base class for every model",
    needs=["01.importable"],
)
def test_tables(probe: Probe, database: Database):
    probe("create_all", doing="creating the tables through an async engine")
    with database.inspect() as inspector:
        tables = set(inspector.get_table_names())
    expect(
        tables >= {"users", "posts"},
        seen=f"The file holds the tables {_list(tables)}.",
        wanted="The tables users and posts.",
    )


@check(
    title="users has its columns, none of them nullable",
    items=["model.async-model"],
    why="A column that may be NULL by accident makes every reader of it handle None.",
    read="Users and posts",
    needs=["01.tables"],
)
def test_user_columns(probe: Probe, database: Database):
    probe("create_all", doing="creating the tables")
    _columns(database, "users", USER_COLUMNS, nullable=set())


@check(
    title="posts has its columns; only updated_at may be NULL",
    items=["model.async-model"],
    why="A column that may be NULL by accident makes every reader of it handle None.",
    read="Users and posts",
    needs=["01.tables"],
)
def test_post_columns(probe: Probe, database: Database, metadata):
    probe("create_all", doing="creating the tables")
    _columns(database, "posts", POST_COLUMNS, nullable={"updated_at"})
    title = metadata["tables"]["posts"]["columns"]["title"]
    expect(
        title["length"] == 200,
        seen=f"posts.title has the length {title['length']}.",
        wanted="String(200): PostgreSQL enforces it, SQLite does not.",
    )


@check(
    title="An e-mail and a title can stand only once",
    items=["model.indexes"],
    why="Only the database can keep two requests at the same moment from storing the same title.",
    read="What the database enforces",
    errata=["E06"],
    needs=["01.user-columns", "01.post-columns"],
)
def test_unique(filled: Database):
    twice = {
        "users.email": "INSERT INTO users (email, name, hashed_password, created_at)"
        " SELECT email, name, hashed_password, created_at FROM users",
        "posts.title": "INSERT INTO posts (title, content, published, user_id, created_at)"
        " SELECT title, content, published, user_id, created_at FROM posts",
    }
    for column, sql in twice.items():
        expect(
            _refused(filled, sql),
            seen=f"The database took a second row with the same {column}.",
            wanted=f"A unique constraint on {column}: mapped_column(..., unique=True).",
        )


@check(
    title="A post belongs to a user that exists, and goes when that user goes",
    items=["model.indexes"],
    why="An orphaned row breaks every join, and nobody sees it until the page is empty.",
    read="What the database enforces",
    needs=["01.user-columns", "01.post-columns"],
)
def test_foreign_key(filled: Database):
    orphan = (
        "INSERT INTO posts (title, content, published, user_id, created_at)"
        " VALUES ('Orphan', 'Text', false, 99, '2031-01-01 00:00:00')"
    )
    expect(
        _refused(filled, orphan),
        seen="The database took a post whose user_id 99 names no user.",
        wanted='ForeignKey("users.id", …) on posts.user_id.',
    )
    wanted = 'ForeignKey("users.id", ondelete="CASCADE"): the database itself removes the posts.'
    refused = _refused(filled, "DELETE FROM users WHERE id = 7")
    expect(
        not refused,
        seen="The database refused to delete a user who has a post.",
        wanted=wanted,
    )
    left = filled.query("SELECT count(*) AS n FROM posts")[0]["n"]
    expect(left == 0, seen=f"{left} post is left after its user was deleted.", wanted=wanted)


@check(
    title="The columns that queries filter by have an index",
    items=["model.indexes"],
    why="Without one, each list of a user's posts reads the whole table; a foreign key adds none.",
    read="What the database enforces",
    needs=["01.post-columns"],
)
def test_indexes(probe: Probe, database: Database):
    probe("create_all", doing="creating the tables")
    with database.inspect() as inspector:
        indexes = [index["column_names"] for index in inspector.get_indexes("posts")]
    expect(
        any(columns[:1] == ["user_id"] for columns in indexes),
        seen=f"The indexes of posts begin with {_list({str(c[0]) for c in indexes if c})}.",
        wanted="An index on posts.user_id: mapped_column(..., index=True).",
    )
    newest = [columns for columns in indexes if {"published", "created_at"} <= set(columns)]
    expect(
        any(columns[0] == "published" for columns in newest),
        seen=f"No index of posts serves the newest published posts: {indexes}.",
        wanted="One index over published and created_at, in that order.",
    )


@check(
    title="Every constraint and index has a name",
    items=["structure.models-base"],
    why="A migration can only drop what has a name, and SQLite gives none of its own.",
    read="A base class for every model",
    needs=["01.importable"],
)
def test_naming(metadata):
    for table, found in metadata["tables"].items():
        expect(
            not found["unnamed"],
            seen=f"{table} has constraints without a name: {', '.join(found['unnamed'])}.",
            wanted="MetaData(naming_convention=…) on Base, with pk, fk, uq, ix and ck.",
        )
    missing = [key for key in ("pk", "fk", "uq", "ix") if key not in metadata["convention"]]
    expect(
        not missing,
        seen=f"The naming convention of Base.metadata has no rule for {', '.join(missing)}.",
        wanted="A rule for pk, fk, uq and ix (and ck), so that later constraints get names too.",
    )


@check(
    title="requirements.txt asks for SQLAlchemy with its asyncio extra",
    items=["structure.requirements"],
    why="Since SQLAlchemy 2.1 the async engine fails on a clean machine without greenlet.",
    read="Before you start",
    errata=["E45"],
)
def test_requirements(source: Source):
    lines = [line.split("#")[0].strip() for line in source.text("requirements.txt").splitlines()]
    names = [line.replace(" ", "").lower() for line in lines if line]
    sqlalchemy = [line for line in names if line.startswith("sqlalchemy")]
    expect(
        any("[asyncio]" in line or "asyncio" in line.partition("]")[0] for line in sqlalchemy)
        or (bool(sqlalchemy) and any(line.startswith("greenlet") for line in names)),
        seen=f"requirements.txt lists {_list(set(sqlalchemy)) if sqlalchemy else 'no sqlalchemy'}.",
        wanted="The line sqlalchemy[asyncio]>=2.1.",
    )
    expect(
        any(line.startswith("aiosqlite") for line in names),
        seen="requirements.txt does not list aiosqlite.",
        wanted="The line aiosqlite, the driver of this lesson's database URL.",
    )


def _columns(database: Database, table: str, wanted: set[str], *, nullable: set[str]):
    with database.inspect() as inspector:
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(table)}
    missing = wanted - columns.keys()
    expect(
        not missing,
        seen=f"{table} lacks {_list(missing)}; it has {_list(set(columns))}.",
        wanted=f"The columns {_list(wanted)}.",
    )
    loose = {name for name in wanted if columns[name]} - nullable
    expect(
        not loose,
        seen=f"{table}.{', '.join(sorted(loose))} may be NULL.",
        wanted="Mapped[str], Mapped[int] …; Mapped[X | None] only for what may be missing.",
    )
    strict = {name for name in nullable if not columns[name]}
    expect(
        not strict,
        seen=f"{table}.{', '.join(sorted(strict))} may not be NULL.",
        wanted="Mapped[datetime | None]: a post that was never changed has no updated_at.",
    )


def _refused(database: Database, sql: str) -> bool:
    try:
        database.execute(sql)
    except Refused:
        return True
    return False


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
