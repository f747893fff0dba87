"""What the revisions must do beside making tables: on PostgreSQL, step by step, with rows."""

import re

from checker.judge import check, expect
from checker.judge.evidence import Command, Database, Probe, Project

ROWS = {
    "posts": "SELECT * FROM posts WHERE id = 9",
    "users": "SELECT * FROM users WHERE id = 7",
}
CLOCK = re.compile(
    r"\b(now\(\)|CURRENT_TIMESTAMP|LOCALTIMESTAMP|(clock|statement|transaction)_timestamp\(\))(?!\w)",
    re.IGNORECASE,
)
NUMBER_FOR_BOOLEAN = re.compile(
    r"\bpublished\W{0,3}\s*(=|<>|!=|\bIS\b|\bIN\b)\s*\(?[01]\b", re.IGNORECASE
)


@check(
    title="PostgreSQL takes the same revisions",
    items=["model.migration", "topic.alembic"],
    why="A revision that was only tried on SQLite stops the first deployment.",
    read="A column for a full table",
    errata=["E25"],
    needs=["02.tables"],
)
def test_on_postgresql(probe: Probe, project: Project):
    # The SQL that Alembic would send: no server is needed to print it.
    project.env["DATABASE_URL"] = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"
    sql = probe("sql", doing="running `alembic upgrade head --sql` for PostgreSQL")
    expect(
        not sql["error"],
        seen=f"With a PostgreSQL URL, `alembic upgrade head --sql` fails: {sql['error']}",
        wanted="The SQL, printed without a server: in a revision ask op.get_context().dialect,"
        " which is there without a connection, and let a batch make the table anew on SQLite alone:"
        ' recreate="auto", as it is by itself.',
    )
    for table in ("users", "posts"):
        expect(
            re.search(rf"\bCREATE TABLE\b.*\b{table}\b", sql["printed"]),
            seen=f"With a PostgreSQL URL, `alembic upgrade head --sql` prints nothing that makes"
            f" {table}.",
            wanted="The statements of every revision, as run_offline of the starter prints them.",
        )
    for line in sql["printed"].splitlines():
        expect(
            not NUMBER_FOR_BOOLEAN.search(line),
            seen=f"PostgreSQL would be sent: {line.strip()} It refuses a number where a boolean is"
            " meant.",
            wanted="false and true, which SQLite knows as well.",
        )
        expect(
            not re.search(r"\bBOOLEAN DEFAULT \(?[01]\b", line),
            seen=f"PostgreSQL would be sent: {line.strip()} It refuses a number as the default of a"
            " boolean.",
            wanted="server_default=sa.false(), which each database gets in its own words.",
        )
        expect(
            not re.search(r"strftime|datetime\(|PRAGMA|AUTOINCREMENT", line),
            seen=f"PostgreSQL would be sent: {line.strip()} Only SQLite has that.",
            wanted='A default by op.get_context().dialect.name: now() where it is not "sqlite".',
        )
        default = re.search(r"\bcreated_at\b.*\bDEFAULT\b(.*)", line)
        expect(
            not default or CLOCK.search(default[1]),
            seen=f"PostgreSQL would be sent: {line.strip()} It has no such clock.",
            wanted='now() or CURRENT_TIMESTAMP, where the dialect is not "sqlite".',
        )
        expect(
            "TIMESTAMP WITHOUT TIME ZONE" not in line,
            seen=f"PostgreSQL would be sent: {line.strip()}",
            wanted="sa.DateTime(timezone=True)",
            why="A time without a zone is the server's local time.",
            errata=("E23",),
        )


@check(
    title="In the migrated tables too, an id is never given out again",
    items=["model.migration"],
    why="What the model says of its table, the revisions have to do: alembic check does not look.",
    read="The first migrations",
    needs=["02.tables"],
)
def test_ids(command: Command, database: Database):
    command.must("alembic", "upgrade", "head")
    for how in ("after `alembic upgrade head`", "after one step down and up again"):
        if how != "after `alembic upgrade head`":
            command.must("alembic", "downgrade", "-1")
            command.must("alembic", "upgrade", "head")
        database.insert("users", email="author@example.com", name="Ada", hashed_password="x")
        [author] = database.query("SELECT max(id) AS id FROM users")
        for table, name in (("posts", "title"), ("users", "email")):
            given = []
            for each in "ab":
                values = {"user_id": author["id"], "content": "Text", name: f"{how} {each}"}
                database.insert(table, **values)
                [found] = database.query(f"SELECT max(id) AS id FROM {table}")
                given.append(found["id"])
                database.execute(f"DELETE FROM {table} WHERE id = ?", found["id"])
            expect(
                given[0] != given[1],
                seen=f"{how.capitalize()} the id {given[1]} of a row that was deleted from {table}"
                " is given to the next row.",
                wanted=f"sqlite_autoincrement=True in the op.create_table that makes {table}. A"
                " batch makes the table anew and forgets it: op.add_column and op.drop_column do"
                ' not, or table_kwargs={"sqlite_autoincrement": True}.',
            )
        database.execute("DELETE FROM users")


@check(
    title="In the migrated tables too, a row is found by its own time",
    items=["model.migration"],
    why="SQLite compares times as text: '08:59:39' is not '08:59:39.000000', and comes before it.",
    read="The first migrations",
    needs=["02.tables"],
)
def test_comparable_times(command: Command, database: Database, probe: Probe):
    command.must("alembic", "upgrade", "head")
    database.insert("users", id=7, email="ada@example.com", name="Ada", hashed_password="x")
    database.insert("posts", id=9, title="First", content="Text", user_id=7)
    for found in probe("times", doing="looking for rows by their times"):
        expect(
            found["equal"] and not found["earlier"],
            seen=f"where({found['model']}.created_at == {found['text']}) does not find the row that"
            " has this time by the migrated table's own default.",
            wanted="The default of the models' UtcNow, as env.py writes it into a new revision.",
        )


@check(
    title="Each revision can be taken back by itself",
    items=["topic.alembic", "model.migration"],
    why="After a bad deployment it is the last step that goes back, and not the whole history.",
    read="Back again",
    needs=["02.order"],
)
def test_steps(command: Command, database: Database, probe: Probe):
    ids = probe("revisions", doing="reading the revisions")["ids"]
    before = [_schema(database)]
    for revision in ids:
        command.must("alembic", "upgrade", revision)
        before.append(_schema(database))
    database.insert("users", id=7, email="ada@example.com", name="Ada", hashed_password="x")
    database.insert("posts", id=9, title="First", content="Text", user_id=7)
    rows = {table: database.query(query) for table, query in ROWS.items()}
    for revision, wanted in zip(reversed(ids), reversed(before[:-1]), strict=True):
        command.must("alembic", "downgrade", "-1", wanted=f"A way back from {revision}.")
        found = _schema(database)
        differing = sorted(
            f"{sign} {each}"
            for sign, these in (("still there:", found - wanted), ("gone:", wanted - found))
            for each in these
        )
        expect(
            not differing,
            seen=f"After the downgrade of {revision} the tables are not as before its upgrade:"
            f" {'; '.join(differing[:4])}.",
            wanted="downgrade() undoes each step of upgrade().",
        )
        for table in [each for each in ROWS if each in found]:
            now = database.query(ROWS[table])
            changed = [
                name
                for was, is_ in zip(rows[table], now, strict=False)
                for name in was.keys() & is_
                if was[name] != is_[name]
            ]
            expect(
                len(now) == len(rows[table]) and not changed,
                seen=f"After the downgrade of {revision} the row of {table} is"
                f" {now[0] if now else 'gone'}; before it was {rows[table][0]}.",
                wanted="A downgrade alters a table in place, such as by op.drop_column: its rows"
                " stay as they are.",
                why="The night that takes a deployment back must not take the customers' rows.",
            )


def _schema(database: Database) -> set[str]:
    """Every table, column, constraint and index, each in words."""
    found = set()
    with database.inspect() as inspector:
        for table in set(inspector.get_table_names()) - {"alembic_version"}:
            found.add(table)
            for column in inspector.get_columns(table):
                need = "" if column["nullable"] else " NOT NULL"
                default = f" DEFAULT {column['default']}" if column["default"] is not None else ""
                found.add(f"{table}.{column['name']} {column['type']}{need}{default}")
            for kind, these in (
                ("index", inspector.get_indexes(table)),
                ("unique", inspector.get_unique_constraints(table)),
            ):
                found |= {
                    f"{kind} {each['name']} on {table}{each['column_names']}" for each in these
                }
            for key in inspector.get_foreign_keys(table):
                found.add(
                    f"key {key['name']} of {table} to {key['referred_table']}{key['options']}"
                )
    return found
