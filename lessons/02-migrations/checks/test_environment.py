"""What alembic/env.py does for every command: its connection, and the revisions that it writes."""

import ast
import re
from collections.abc import Iterator

from checker.judge import check, expect
from checker.judge.evidence import (
    Command,
    Database,
    Module,
    Probe,
    Project,
    Source,
    SqliteDatabase,
    dotted,
    requirements,
)
from kit.history import committed, drift

VERSIONS = "alembic/versions/*.py"
POSTGRESQL = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"
FAILS = """
import sqlalchemy as sa
from alembic import op

revision = "fails"
down_revision = {head!r}
SECRET = {secret!r}


def upgrade():
    statement = sa.text("INSERT INTO no_such_table VALUES (:secret)")
    op.execute(statement.bindparams(secret=SECRET))
"""
LONGER_NAMES = """
import sqlalchemy as sa
from alembic import op

revision = "longer_names"
down_revision = {head!r}


def upgrade():
    with op.batch_alter_table("users") as users:
        users.alter_column("name", type_=sa.String(length=150), existing_nullable=False)
"""
FORGETS_POSTS = """
from alembic import op

revision = "forgets"
down_revision = {head!r}


def upgrade():
    op.execute("DELETE FROM users")
"""
FORGETS_NOTES = """
import sqlalchemy as sa
from alembic import op

revision = "forgets"
down_revision = {head!r}


def upgrade():
    op.create_table("notes", sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id")))
    op.execute("INSERT INTO notes VALUES (12345)")
"""


def last(probe: Probe) -> str:
    """The id of the newest revision."""
    ids: list[str] = probe("revisions", doing="reading the revisions")["ids"]
    return ids[-1]


@check(
    title="requirements.txt asks for Alembic",
    items=["principle.migrations"],
    why="What is not listed is missing on the machine that brings the database up to date.",
    read="What you build, and why",
)
def test_requirements(source: Source):
    found = requirements(source)
    expect(
        "alembic" in found,
        seen=f"requirements.txt lists {', '.join(map(str, found.values())) or 'nothing'}.",
        wanted="The line alembic>=1.20.",
    )


@check(
    title="The migrations use your own engine, and dispose of it",
    items=["structure.alembic"],
    why="Alembic and the service must reach the same database in the same way, whichever it is.",
    read="Alembic's environment",
    errata=["E19"],
    needs=["02.runs"],
)
def test_connection(probe: Probe, project: Project):
    project.env["DATABASE_URL"] = POSTGRESQL
    seen = probe("migrations_on_postgresql", doing="running `alembic current` on PostgreSQL")
    expect(
        seen["made"] > 0,
        seen="With a PostgreSQL URL in DATABASE_URL, `alembic current` ends before it connects:"
        f" {seen['error'] or 'nothing asks for a connection.'}",
        wanted="An engine from create_engine(get_settings()), of app.database.",
    )
    expect(
        seen["open"] == 0 or seen["error"],
        seen="After `alembic current` the engine still holds its connection.",
        wanted="await engine.dispose() in the end.",
        why="Whoever makes an engine disposes of it: an open connection keeps the server, and with"
        " some drivers the process, waiting.",
        errata=(),
    )


@check(
    title="A migration that fails keeps values out of its message",
    items=["structure.alembic"],
    why="A migration that moves data would print the passwords' hashes to whoever deploys.",
    read="Alembic's environment",
    needs=["02.runs"],
)
def test_values(command: Command, database: Database, project: Project, probe: Probe, rng):
    command.must("alembic", "upgrade", "heads")
    secret = f"hash-{rng.randrange(10**9)}"
    ids = probe("revisions", doing="reading the revisions")["ids"]
    head = ids[-1] if ids else None
    project.write("alembic/versions/fails.py", FAILS.format(head=head, secret=secret))
    outcome = command("alembic", "upgrade", "heads")
    expect(
        secret not in outcome.output,
        seen="A migration that fails prints the values of its statement.",
        wanted="The engine of your own create_engine(get_settings()), which has"
        " hide_parameters=True.",
    )
    project.env["DATABASE_URL"] = POSTGRESQL
    sql = probe("sql", doing="running `alembic upgrade head --sql` for PostgreSQL")
    expect(
        "no_such_table" not in sql["printed"] or secret in sql["printed"],
        seen="`alembic upgrade head --sql` prints a statement without its values.",
        wanted="literal_binds=True in run_offline, as the starter has it.",
        why="A colleague is to read, and run, just what Alembic would.",
    )


@check(
    title="A revision that Alembic generates in your project runs, without the service",
    items=["structure.alembic", "topic.alembic"],
    why="The next column begins with a generated file. If that imports your classes or cannot run"
    " on SQLite, each one has to be mended by hand.",
    read="Alembic's environment",
    errata=["E19", "E25"],
    needs=["02.runs"],
)
def test_generated(
    command: Command, sqlite: SqliteDatabase, project: Project, source: Source, probe: Probe
):
    # On a SQLite file whatever the other checks use: PostgreSQL alters a column where it stands.
    for file in source.files(VERSIONS):
        project.remove(file)
    command.must("alembic", "revision", "--autogenerate", "-m", "everything")
    generated = Source(project.root).modules(VERSIONS)
    tables = [ast.unparse(call) for each in generated for call in each.calls("create_table")]
    expect(
        any("users" in table for table in tables) and any("posts" in table for table in tables),
        seen="With no revision there, `alembic revision --autogenerate` writes one that does not"
        " make users and posts.",
        wanted="context.configure(connection=connection, **OPTIONS): target_metadata among them.",
    )
    for module in generated:
        for does, _ in _of_the_service(module):
            expect(
                False,
                seen=f"A revision that Alembic generates in your project {does}.",
                wanted="context.configure(connection=connection, **OPTIONS), with render_item among"
                " them.",
            )
    url, project.env["DATABASE_URL"] = project.env["DATABASE_URL"], POSTGRESQL
    printed = probe("sql", doing="running `alembic upgrade head --sql` for PostgreSQL")["printed"]
    project.env["DATABASE_URL"] = url
    clocks = re.findall(
        r"^\s*(\w+) (\w+).*DEFAULT \(?(?:now\(\)|CURRENT_TIMESTAMP)", printed, re.MULTILINE
    )
    names = {name for name, _ in clocks}
    of_others = "updated_at" in names or any(kind != "TIMESTAMP" for _, kind in clocks)
    expect(
        "created_at" in names and not of_others and "strftime" not in printed,
        seen="In a revision that Alembic generates in your project the clock of PostgreSQL is the"
        f" default of {' and '.join(sorted(names)) or 'no column'}.",
        wanted="Of created_at, and of none whose model says otherwise: context.configure("
        "connection=connection, **OPTIONS), with render_item among them, which writes the default"
        " of UtcNow for both databases.",
    )
    outcome = command.must(
        "alembic", "upgrade", "head", wanted="A generated revision runs as it is."
    )
    committed(outcome, sqlite)
    differences = drift(command)
    expect(
        not differences,
        seen="After `alembic upgrade head` of a revision that Alembic generated `alembic check`"
        f" still says: {differences}",
        wanted="What is generated is what the models say: render_item changes UtcDateTime and"
        " UtcNow alone.",
    )
    sqlite.insert("users", id=7, email="ada@example.com", name="Ada", hashed_password="x")
    for found in probe("times", doing="looking for a row by its time"):
        expect(
            found["equal"] and not found["earlier"],
            seen="In a table that a generated revision made no row is found by its own time.",
            wanted="The default of UtcNow as render_item writes it, with SQLite's clock on SQLite.",
        )
    project.write("alembic/versions/longer_names.py", LONGER_NAMES.format(head=last(probe)))
    command.must("alembic", "upgrade", "head", wanted="A batch that alters users runs.")
    command.must("alembic", "revision", "--autogenerate", "-m", "back")
    command.must(
        "alembic",
        "upgrade",
        "head",
        wanted="What is generated to alter a column runs on SQLite, in a batch: context.configure("
        "connection=connection, **OPTIONS), with render_as_batch among them.",
    )


@check(
    title="Migrations do not import the service",
    items=["model.migration"],
    why="A migration must still run in five years, when the class that it imports is gone.",
    read="Alembic's environment",
    errata=["E25"],
    needs=["02.tables"],
)
def test_independent(source: Source):
    for module in source.modules(VERSIONS):
        for does, node in _of_the_service(module):
            expect(
                False,
                seen=f"A migration {does}.",
                wanted="Plain types, such as sa.DateTime(timezone=True): render_item in env.py.",
                at=module.at(node),
            )


def _of_the_service(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """What a revision imports or uses of `app`."""
    for name, node in module.imports:
        if name.split(".")[0] == "app":
            yield f"imports {name}", node
    for each in module.walk():
        if isinstance(each, ast.Attribute) and dotted(each).startswith("app."):
            yield f"uses {dotted(each)}", each


@check(
    title="On PostgreSQL the migrations send no PRAGMA",
    items=["principle.migrations", "structure.alembic"],
    why="PostgreSQL knows no PRAGMA: the first `alembic upgrade` on the server ends in an error.",
    read="A table that others refer to",
    needs=["02.connection"],
)
def test_pragmas(probe: Probe, project: Project):
    # Needs no server: the driver's connection is a dummy.
    project.env["DATABASE_URL"] = POSTGRESQL
    seen = probe("migrations_on_postgresql", doing="running `alembic current` on PostgreSQL")
    sent = [statement for statement in seen["sent"] if "pragma" in statement.lower()]
    expect(
        not sent,
        seen=f"The migrations' connection to PostgreSQL is sent: {sent[0] if sent else ''}.",
        wanted='In run_on, only where connection.dialect.name == "sqlite": before the migrations'
        " and after them.",
    )


@check(
    title="Altering users keeps the posts",
    items=["principle.migrations", "topic.alembic"],
    why="The migration ends without an error, and every post of every user is gone.",
    read="A table that others refer to",
    errata=["E25"],
    needs=["02.constraints"],
)
def test_altered_parent(
    command: Command, sqlite: SqliteDatabase, project: Project, probe: Probe, rng
):
    # On a SQLite file whatever the other checks use: PostgreSQL alters a table where it stands.
    command.must("alembic", "upgrade", "head")
    title = f"Title {rng.randrange(10**6)}"
    sqlite.insert("users", id=7, email="ada@example.com", name="Ada", hashed_password="x")
    sqlite.insert("posts", id=9, title=title, content="Text", user_id=7)
    project.write("alembic/versions/longer_names.py", LONGER_NAMES.format(head=last(probe)))
    command.must("alembic", "upgrade", "head", wanted="A batch that alters users runs.")
    expect(
        sqlite.query("SELECT id FROM users") == [{"id": 7}],
        seen="After a revision that alters users in a batch the user in it is gone.",
        wanted="Every row is still there, and the revision is committed.",
    )
    found = [row["title"] for row in sqlite.query("SELECT title FROM posts")]
    expect(
        found == [title],
        seen="A revision that alters users in a batch deleted the user's post."
        if not found
        else f"After a revision that alters users the user's one post is {found}.",
        wanted="PRAGMA foreign_keys = OFF on the migrations' connection, outside a transaction.",
    )
    sqlite.execute("DELETE FROM users")
    expect(
        not sqlite.query("SELECT title FROM posts"),
        seen="After a revision that alters users, deleting the user no longer deletes the post.",
        wanted="The foreign key of posts.user_id as it was before.",
    )


@check(
    title="A migration that leaves orphans behind ends with an error",
    items=["principle.migrations", "structure.alembic"],
    why="With foreign keys off nobody else notices rows that refer to none, until they are read.",
    read="A table that others refer to",
    needs=["02.altered-parent"],
)
def test_orphans(command: Command, sqlite: SqliteDatabase, project: Project, probe: Probe):
    # On a SQLite file whatever the other checks use: PostgreSQL never turns them off.
    command.must("alembic", "upgrade", "head")
    head = last(probe)
    for forgets, what in (
        (FORGETS_POSTS, "deletes users and forgets their posts"),
        (FORGETS_NOTES, "adds a table notes with a row that refers to no user"),
    ):
        sqlite.execute("DELETE FROM users")
        sqlite.execute("DELETE FROM posts")
        sqlite.execute("UPDATE alembic_version SET version_num = ?", head)
        sqlite.insert("users", id=7, email="ada@example.com", name="Ada", hashed_password="x")
        sqlite.insert("posts", id=9, title="Title", content="Text", user_id=7)
        project.write("alembic/versions/forgets.py", forgets.format(head=head))
        outcome = command("alembic", "upgrade", "head")
        expect(
            outcome.status != 0,
            seen=f"A revision that {what} ends without an error.",
            wanted="PRAGMA foreign_key_check after the migrations, of all tables, and a"
            " CommandError for what it lists.",
        )
        expect(
            "CommandError" in outcome.output or "FAILED" in outcome.output,
            seen=f"A revision that {what} ends with: {outcome.last_line}",
            wanted="raise CommandError(…), which Alembic prints as one line.",
            why="Whoever deploys needs a sentence, not a traceback.",
        )
