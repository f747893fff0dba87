"""What Alembic's command line has done, looked at in the database."""

import re
from collections.abc import Sequence

from checker.judge import Unmet, expect
from checker.judge.evidence import Command, CommandResult, Database, Missing
from kit import rows

REVISIONS = 12
"""How many steps below the head tables are looked for."""
USERS, POSTS = [71, 72], [81, 82]
BACK = "no error: downgrade has taken back all that upgrade has done, indexes too."
IMPORTED = "Alembic sees what app.models imports."


def committed(outcome: CommandResult, database: Database) -> None:
    """Expect that the revisions which an `alembic upgrade` says it has run are in the database.

    Raises Unmet.
    """
    ran = outcome.output.count("Running upgrade")
    try:
        known = database.query("SELECT version_num FROM alembic_version")
    except Missing:
        known = []
    expect(
        bool(known) or not ran,
        seen=f"`alembic upgrade head` has run {ran} revision{'s' * (ran > 1)}, and the database"
        " knows of none: what they did was not committed.",
        wanted="connection.commit() after all that env.py sends before context.configure: that"
        " begins a transaction, and one that Alembic has not begun it leaves to you.",
    )


def drift(command: Command) -> str:
    """What `alembic check` finds of models and database that differ, or why it ends in an error.
    Empty where they say the same."""
    outcome = command("alembic", "check")
    if outcome.status == 0:
        return ""
    found = "; ".join(re.findall(r"Detected ([^\n\"]+)", outcome.output))
    return found or outcome.last_line or f"it ended with status {outcome.status}"


def goes_back(command: Command, migrated: Database, *tables: str) -> None:
    """Expect that the newest migrations make these tables as the models have them, that they can be
    taken back on a database with rows and run again, and that all other rows stay. Raises Unmet.
    """
    lacking = sorted({*tables} - tables_of(migrated))
    expect(
        not lacking,
        seen=f"After `alembic upgrade head` there is no table {', '.join(lacking)}.",
        wanted=f"A revision that makes it: `alembic revision --autogenerate`. {IMPORTED}",
    )
    rows.insert(migrated, "users", [rows.user(id_, f"User{id_}") for id_ in USERS])
    posts = [
        rows.post(id_, f"Title {id_}", author) for id_, author in zip(POSTS, USERS, strict=True)
    ]
    rows.insert(migrated, "posts", posts)
    differences = drift(command)
    expect(
        not differences,
        seen=f"`alembic check` says: {differences}",
        wanted="None: what a model says, a migration has done.",
    )
    down = "`alembic downgrade -1`, on tables with rows: no error."
    for _ in range(REVISIONS):
        command.must("alembic", "downgrade", "-1", wanted=down)
        left = sorted({*tables} & tables_of(migrated))
        if not left:
            break
        command.must("alembic", "upgrade", "+1", wanted=f"After `alembic downgrade -1`, {BACK}")
        command.must("alembic", "downgrade", "-1", wanted=down)
    else:
        raise Unmet(
            f"After {REVISIONS} times `alembic downgrade -1` there is still a table {left[0]}.",
            "op.drop_table in downgrade.",
        )
    names = ", ".join(tables)
    _kept(migrated, f"The downgrade that drops {names}")
    again = f"A second upgrade, on tables with rows, {BACK}"
    command.must("alembic", "upgrade", "head", wanted=again)
    lacking = sorted({*tables} - tables_of(migrated))
    expect(
        not lacking,
        seen=f"After upgrade, downgrade and upgrade there is no table {', '.join(lacking)}.",
        wanted=f"{names}, as after the first upgrade.",
    )
    _kept(migrated, "Upgrade, downgrade and upgrade")
    differences = drift(command)
    expect(
        not differences,
        seen=f"After upgrade, downgrade and upgrade `alembic check` says: {differences}",
        wanted="None, as after the first upgrade: downgrade takes back what this upgrade has done,"
        " and nothing of an earlier one.",
    )


def tables_of(database: Database) -> set[str]:
    """The names of all tables."""
    with database.inspect() as inspector:
        return set(inspector.get_table_names())


def _kept(database: Database, doing: str) -> None:
    users, posts = (_ids(database, name) for name in ("users", "posts"))
    expect(
        (users, posts) == (USERS, POSTS),
        seen=f"{doing} left the users {users} and the posts {posts} of {USERS} and {POSTS}.",
        wanted="All rows of the other tables, as they were.",
    )


def _ids(database: Database, table: str) -> Sequence[int]:
    return [row["id"] for row in database.query(f"SELECT id FROM {table} ORDER BY id")]  # noqa: S608
