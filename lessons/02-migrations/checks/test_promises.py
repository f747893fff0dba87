"""What the revisions must do beside making tables: step by step, and with rows."""

from checker.judge import check, expect
from checker.judge.evidence import Command, Database, Probe

ROWS = {
    "posts": "SELECT * FROM posts WHERE id = 9",
    "users": "SELECT * FROM users WHERE id = 7",
}


@check(
    title="In the migrated tables too, an id is never given out again",
    items=["model.migration"],
    why="What the model says of its table, the revisions have to do: alembic check does not look.",
    read="The first migrations",
    needs=["02.tables"],
)
def test_ids(command: Command, database: Database, probe: Probe):
    _made_first(command, database, probe)


@check(
    title="Nor is an id given out again when a later revision has altered the tables",
    items=["model.migration"],
    why="A client that still asks for the post it has deleted is given somebody else's.",
    read="A column for a full table",
    needs=["02.ids", "02.filled-table"],
)
def test_ids_kept(command: Command, database: Database, probe: Probe):
    given, first = _made_first(command, database, probe)
    for step in (["upgrade", "head"], ["downgrade", first]):
        command.must(
            "alembic",
            *step,
            wanted=f"`alembic {' '.join(step)}` succeeds: a downgrade takes back in reverse order"
            " what its upgrade did, an index before its column.",
            why="Altering a table and taking that back is how ids are lost, so both are run here.",
        )
        _spend(database, given, f"`alembic {' '.join(step)}`")


def _made_first(
    command: Command, database: Database, probe: Probe
) -> tuple[dict[str, set[int]], str]:
    """Go on to the first revision with both tables, and give out ids there: which, by table, and
    that revision. Raises Unmet where one is given out twice."""
    given: dict[str, set[int]] = {"users": set(), "posts": set()}
    first = ""
    for first in probe("revisions", doing="reading the revisions")["ids"]:
        command.must("alembic", "upgrade", first)
        with database.inspect() as inspector:
            if given.keys() <= set(inspector.get_table_names()):
                break
    _spend(database, given, f"`alembic upgrade {first}`")
    return given, first


def _spend(database: Database, given: dict[str, set[int]], after: str) -> None:
    """Store and delete rows, whose ids must not be among those that were given before."""
    for number in range(2):
        database.insert("users", email=f"{after} {number}", name="Ada", hashed_password="x")
        [author] = database.query("SELECT max(id) AS id FROM users")
        database.insert("posts", user_id=author["id"], content="Text", title=f"{after} {number}")
        for table, before in given.items():
            [found] = database.query(f"SELECT max(id) AS id FROM {table}")
            expect(
                found["id"] not in before,
                seen=f"After {after} the id {found['id']} of a row that was deleted from {table} is"
                " given to the next row.",
                wanted=f"sqlite_autoincrement=True in the op.create_table that makes {table}, and"
                " no batch: that makes the table anew, and the new one counts from the rows that"
                " are left. op.add_column and op.drop_column alter it in place.",
            )
            before.add(found["id"])
        database.execute("DELETE FROM posts")
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
