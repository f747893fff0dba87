"""The tables: from the metadata, and from the database that `create_all` makes."""

import re

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Database, Probe, Source, requirements

USERS = {"id", "email", "name", "hashed_password", "created_at"}
POSTS = {"id", "title", "content", "published", "user_id", "created_at", "updated_at"}
LENGTHS = {
    ("users", "email"): 320,
    ("users", "name"): 100,
    ("users", "hashed_password"): 255,
    ("posts", "content"): None,
}
"""How long a text each column must take; None is any length."""
KINDS = {
    "PrimaryKeyConstraint": "pk",
    "ForeignKeyConstraint": "fk",
    "UniqueConstraint": "uq",
    "Index": "ix",
    "CheckConstraint": "ck",
}
ACROSS = {"pk", "uq", "ix"}
"""What may have one name only once in the whole database, since an index stands behind it."""

POSTGRESQLS_NOW = (
    r"(?i)\(*(now\(\)|current_timestamp(\(\d\))?|(clock|transaction|statement)_timestamp\(\))\)*"
)
SQLITES_OWN = r"strftime|datetime\(|julianday|unixepoch"


@pytest.fixture
def metadata(probe: Probe):
    return probe.shared("metadata", doing="reading the models' metadata")


@check(
    title="requirements.txt asks for SQLAlchemy with its asyncio extra",
    items=["structure.requirements"],
    why="Since SQLAlchemy 2.1 the async engine fails on a clean machine without greenlet.",
    read="Before you start",
    errata=["E45"],
)
def test_requirements(source: Source):
    found = requirements(source)
    names = ", ".join(map(str, found.values())) or "nothing"
    sqlalchemy = found.get("sqlalchemy")
    expect(
        sqlalchemy is not None and ("asyncio" in sqlalchemy.extras or "greenlet" in found),
        seen=f"requirements.txt lists {names}.",
        wanted="The line sqlalchemy[asyncio]>=2.1.",
    )
    expect(
        "aiosqlite" in found,
        seen=f"requirements.txt does not list aiosqlite: {names}.",
        wanted="The line aiosqlite, the driver of this lesson's database URL.",
        why="The default database is a SQLite file, which an async engine opens by this driver.",
    )


@check(
    title="app.models imports and offers Base, User and Post",
    items=["model.async-model", "structure.models-base"],
    why="Alembic, the repositories and the tests all import the models from this one place.",
    read="A base class for every model",
)
def test_importable(probe: Probe):
    seen = probe.shared("models", doing="importing app.models")
    missing = [name for name in ("Base", "User", "Post") if name not in seen["offered"]]
    expect(
        not missing,
        seen=f"`from app.models import {', '.join(missing)}` fails: there is no such name.",
        wanted="app/models/__init__.py that offers Base, User and Post.",
    )
    apart = [name for name in ("User", "Post") if name not in seen["on_base"]]
    expect(
        not apart,
        seen=f"Base of app.models is not the base of {' and '.join(apart)}.",
        wanted="class User(Base) and class Post(Base): one base, whose metadata has every table.",
    )


@check(
    title="create_all makes the tables users and posts in a real database",
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
        seen=f"Base.metadata.create_all makes the tables {_list(tables)}.",
        wanted='The tables users and posts: __tablename__ = "users" and "posts".',
    )


@check(
    title="users has its columns, none of them nullable",
    items=["model.async-model"],
    why="A column that may be NULL by accident makes every reader of it handle None.",
    read="Users and posts",
    needs=["01.tables"],
)
def test_user_columns(probe: Probe, database: Database, metadata):
    probe("create_all", doing="creating the tables")
    _columns(database, "users", USERS, nullable=set())
    _lengths(metadata, "users")


@check(
    title="posts has its columns; only updated_at may be NULL",
    items=["model.async-model"],
    why="A column that may be NULL by accident makes every reader of it handle None.",
    read="Users and posts",
    needs=["01.tables"],
)
def test_post_columns(probe: Probe, database: Database, metadata):
    probe("create_all", doing="creating the tables")
    _columns(database, "posts", POSTS, nullable={"updated_at"})
    columns = metadata["tables"]["posts"]["columns"]
    expect(
        columns["title"]["length"] == 200,
        seen=f"posts.title is {columns['title']['postgresql']}.",
        wanted="String(200): PostgreSQL enforces the length, SQLite does not.",
        why="What PostgreSQL would refuse, SQLite stores: only the model says it for both.",
    )
    _lengths(metadata, "posts")
    expect(
        columns["published"]["boolean"],
        seen=f"posts.published is {columns['published']['postgresql']}.",
        wanted="published: Mapped[bool], which is a Boolean column.",
        why="A number or a text takes other values than the two that there are.",
    )


@check(
    title="Every constraint and index has a name",
    items=["structure.models-base"],
    why="A migration can only drop what has a name, and SQLite gives none of its own.",
    read="A base class for every model",
    needs=["01.importable"],
)
def test_naming(metadata, probe: Probe):
    for table, found in metadata["tables"].items():
        expect(
            not found["unnamed"],
            seen=f"{table} has constraints without a name: {', '.join(found['unnamed'])}.",
            wanted="MetaData(naming_convention=…) on Base, with pk, fk, uq, ix and ck.",
        )
    missing = [key for key in KINDS.values() if key not in metadata["convention"]]
    expect(
        not missing,
        seen=f"The naming convention of Base.metadata has no rule for {', '.join(missing)}.",
        wanted="A rule for each of pk, fk, uq, ix and ck, so that later constraints get names too.",
    )
    rule, names_checks = metadata["of_checks"]
    expect(
        names_checks,
        seen=f"The rule for ck is {rule!r}: it is never used, for a check has no column to be"
        " named after.",
        wanted='"ck_%(table_name)s_%(constraint_name)s": what stands there is the name that you'
        " give the check.",
    )
    names = probe("convention", doing="naming constraints of two tables by your convention")
    for kind, key in KINDS.items():
        within = names[kind]
        apart = [[name for found in within for name in found]] if key in ACROSS else within
        twice = [name for found in apart for name in found if found.count(name) > 1]
        expect(
            not twice,
            seen=f"By your rule for {key}, two tables or columns have a name in common:"
            f" {twice[0] if twice else ''}.",
            wanted="%(table_name)s and %(column_0_name)s in the rule.",
            why="PostgreSQL refuses a second index of one name, whatever its table.",
        )


@check(
    title="Boolean and time columns are right on PostgreSQL too",
    items=["model.async-model"],
    why="What SQLite takes, PostgreSQL may refuse, on the day of the first deployment.",
    read="Users and posts",
    needs=["01.tables"],
)
def test_on_postgresql(metadata):
    # The DDL that SQLAlchemy would send: no server is needed to read it.
    for table, found in metadata["tables"].items():
        for column, facts in found["columns"].items():
            ddl = facts["postgresql"]
            default = re.search(r"DEFAULT (.+?)(?: NOT NULL)?$", ddl)
            if default is None:
                continue
            expect(
                not re.search(
                    r"strftime|datetime\(|julianday|unixepoch", default[1], re.IGNORECASE
                ),
                seen=f"On PostgreSQL {table}.{column} would be made as: {ddl}. It has no such"
                " function.",
                wanted="A default that says another thing on each database, as UtcNow does.",
            )
            expect(
                not (facts["boolean"] and re.fullmatch(r"\(?[01]\)?", default[1])),
                seen=f"On PostgreSQL {table}.{column} would be made as: {ddl}. It refuses a number"
                " as the default of a boolean.",
                wanted="server_default=false(), which SQLAlchemy writes as each database wants it.",
            )
            expect(
                not (facts["boolean"] and re.match(r"\(?'[a-z]", default[1], re.IGNORECASE)),
                seen=f"{table}.{column} would be made as: {ddl}. PostgreSQL reads that text, and"
                " for SQLite it is a text, which is true.",
                wanted="server_default=false(), which SQLAlchemy writes as each database wants it.",
            )
            expect(
                not re.search(r"timezone\(|AT TIME ZONE", default[1], re.IGNORECASE),
                seen=f"On PostgreSQL {table}.{column} would be made as: {ddl}. That default has no"
                " zone, and is read in the server's.",
                wanted="now(), which is a moment already.",
            )
            expect(
                column != "created_at"
                or bool(re.fullmatch(POSTGRESQLS_NOW, default[1], re.IGNORECASE)),
                seen=f"On PostgreSQL {table}.{column} would be made as: {ddl}.",
                wanted="now() as the default, which is PostgreSQL's moment.",
            )


def _columns(database: Database, table: str, wanted: set[str], *, nullable: set[str]):
    with database.inspect() as inspector:
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(table)}
        key = inspector.get_pk_constraint(table)["constrained_columns"]
    missing = wanted - columns.keys()
    expect(
        not missing,
        seen=f"{table} lacks {_list(missing)}; it has {_list(set(columns))}.",
        wanted=f"The columns {_list(wanted)}.",
        why="Every later lesson reads and writes these columns by their names.",
    )
    expect(
        key == ["id"],
        seen=f"The primary key of {table} is {', '.join(key) or 'missing'}.",
        wanted="id: Mapped[int] = mapped_column(primary_key=True), and no other primary key.",
        why="A row is found, and referred to, by its id alone.",
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
        why="A value for something that never happened is a lie that every reader believes.",
    )


def _lengths(metadata, table: str):
    columns = metadata["tables"][table]["columns"]
    for (where, column), least in LENGTHS.items():
        if where == table:
            found = columns[column]["length"]
            expect(
                found is None or (least is not None and found >= least),
                seen=f"{table}.{column} is {columns[column]['postgresql']}.",
                wanted="Text, which takes any length."
                if least is None
                else f"String({least}) or longer.",
                why="PostgreSQL refuses what is longer; SQLite never says a word.",
            )


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
