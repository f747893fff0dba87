"""The history: run by Alembic's own command line, looked at in the database that it makes."""

import ast
import re

from checker.judge import check, expect
from checker.judge.evidence import Command, Database, Probe, Project, Source, dotted
from kit.history import committed, drift

VERSIONS = "alembic/versions/*.py"
USER = "INSERT INTO users (id, email, name, hashed_password) VALUES (7, ?, 'Ada', 'x')"
PUBLISHABLE = (
    "INSERT INTO posts (id, title, content, user_id, published) VALUES (9, ?, 'Text', 7, false)"
)
POST = "INSERT INTO posts (id, title, content, user_id) VALUES (9, ?, 'Text', 7)"


def tables(database: Database) -> set[str]:
    with database.inspect() as inspector:
        return set(inspector.get_table_names())


def columns(database: Database, table: str) -> set[str]:
    with database.inspect() as inspector:
        return {column["name"] for column in inspector.get_columns(table)}


@check(
    title="Alembic runs, on the database that the settings name",
    items=["principle.migrations", "structure.alembic"],
    why="Migrations that run on another database than the service are worse than none.",
    read="Alembic's environment",
    errata=["E19", "E20"],
)
def test_runs(command: Command, database: Database, project: Project):
    ran = command("alembic", "upgrade", "heads")
    in_revision = "alembic/versions/" in ran.output
    expect(
        ran.status == 0,
        seen=f"`alembic upgrade heads` ended with status {ran.status}: {ran.last_line}",
        wanted="A run without error, on a new and empty database. "
        + (
            "What is printed names the revision and its line."
            if in_revision
            else "Each file in alembic/versions/ has imports, revision and down_revision, as"
            " `alembic revision` writes them."
        ),
        why="A revision that does not run stops each deployment where it stands."
        if in_revision
        else "",
    )
    expect(
        "alembic_version" in tables(database),
        seen="After `alembic upgrade head` the database that DATABASE_URL names holds no"
        " alembic_version.",
        wanted="The URL from get_settings(), in alembic/env.py.",
    )


@check(
    title="upgrade head makes users and posts",
    items=["principle.migrations", "model.migration"],
    why="What the models describe exists only once a migration has made it.",
    read="The first migrations",
    errata=["E19"],
    needs=["02.one-head"],
)
def test_tables(command: Command, database: Database):
    outcome = command.must("alembic", "upgrade", "head")
    committed(outcome, database)
    found = tables(database) - {"alembic_version"}
    expect(
        found >= {"users", "posts"},
        seen=f"After `alembic upgrade head` there are the tables {', '.join(sorted(found))}."
        if found
        else "After `alembic upgrade head` there is no table: no revision makes one.",
        wanted="Revisions in alembic/versions/ that make users and posts.",
    )
    expect(
        "Running upgrade" in outcome.output,
        seen="`alembic upgrade head` does not say which revisions it runs.",
        wanted="fileConfig(config.config_file_name, …) in alembic/env.py, as the starter has it.",
        why="Where a deployment stops in the middle, the log tells how far it came.",
        errata=(),
    )


@check(
    title="users comes before posts, and posts before published",
    items=["model.migration"],
    why="PostgreSQL refuses a foreign key to a table that does not exist yet; SQLite says nothing.",
    read="The first migrations",
    errata=["E21"],
    needs=["02.tables"],
)
def test_order(command: Command, database: Database, probe: Probe):
    has_posts = False
    for revision in probe("revisions", doing="reading the revisions")["ids"]:
        command.must(
            "alembic",
            "upgrade",
            revision,
            wanted=f"Revision {revision} runs by itself, and so does alembic/env.py with the tables"
            " that there are by then: posts and users need not be there yet.",
        )
        found = tables(database)
        expect(
            "posts" not in found or "users" in found,
            seen=f"After revision {revision} there is posts and no users, to which it refers.",
            wanted="users in an earlier revision, or earlier in the same one.",
        )
        expect(
            has_posts or "posts" not in found or "published" not in columns(database, "posts"),
            seen=f"Revision {revision} makes posts with published in it.",
            wanted="posts as it was before published: take the column and the index on it out of"
            " that file, and do as if it had not run, by alembic downgrade base. A revision of its"
            " own adds published afterwards.",
            errata=("E22",),
        )
        has_posts = has_posts or "posts" in found


@check(
    title="The history has one head",
    items=["topic.alembic"],
    why="With two heads, `upgrade head` does not know where to go and does nothing.",
    read="The first migrations",
    needs=["02.runs"],
)
def test_one_head(probe: Probe):
    heads = probe("revisions", doing="reading the revisions")["heads"]
    expect(
        len(heads) == 1,
        seen=f"There are {len(heads)} heads: {', '.join(sorted(heads))}.",
        wanted="Each revision's down_revision names the one before it.",
    )


@check(
    title="The migrated tables enforce what the models promise",
    items=["model.migration"],
    why="The models' constraints are words until a migration has put them into the database.",
    read="The first migrations",
    errata=["E22"],
    needs=["02.tables"],
)
def test_constraints(command: Command, database: Database):
    command.must("alembic", "upgrade", "head")
    with database.inspect() as inspector:
        unique = {
            (table, *constraint["column_names"]): constraint["name"]
            for table in ("users", "posts")
            for constraint in (
                *inspector.get_unique_constraints(table),
                *(index for index in inspector.get_indexes(table) if index["unique"]),
            )
        }
        foreign = inspector.get_foreign_keys("posts")
        indexes = [index["column_names"] for index in inspector.get_indexes("posts")]
        loose = {
            f"{table}.{column['name']}"
            for table in ("users", "posts")
            for column in inspector.get_columns(table)
            if column["nullable"] and column["name"] != "updated_at"
        }
    for table, column in (("users", "email"), ("posts", "title")):
        expect(
            (table, column) in unique,
            seen=f"{table}.{column} is not unique in the migrated database.",
            wanted=f"sa.UniqueConstraint({column!r}, name=…) in the revision that makes {table}.",
        )
        expect(
            bool(unique[table, column]),
            seen=f"The unique constraint on {table}.{column} has no name.",
            wanted="name=op.f(…), as autogenerate writes it from the naming convention.",
        )
    cascades = [key for key in foreign if key["options"].get("ondelete") == "CASCADE"]
    expect(
        any(key["constrained_columns"] == ["user_id"] for key in cascades),
        seen="Deleting a user does not delete the posts: posts.user_id has no ON DELETE CASCADE.",
        wanted='sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE", name=…)',
    )
    _indexed(["user_id"], indexes)
    expect(
        not loose,
        seen=f"In the migrated database {', '.join(sorted(loose))} may be NULL.",
        wanted="nullable=False for all but posts.updated_at.",
    )


@check(
    title="The migrations' times know their zone",
    items=["model.migration"],
    why="DateTime() becomes a time without zone on PostgreSQL, whatever the model says.",
    read="The first migrations",
    errata=["E23"],
    needs=["02.tables"],
)
def test_aware_times(source: Source):
    for module in source.modules(VERSIONS):
        for call in (*module.calls("DateTime"), *module.calls("TIMESTAMP")):
            aware = [keyword for keyword in call.keywords if keyword.arg == "timezone"]
            values = [each.value for each in aware] or call.args[:1]
            expect(
                any(isinstance(value, ast.Constant) and value.value is True for value in values),
                seen=f"A column is made as {ast.unparse(call)}.",
                wanted="sa.DateTime(timezone=True)",
                at=module.at(call),
            )


@check(
    title="published is added to a table that has rows",
    items=["topic.alembic", "model.migration"],
    why="A NOT NULL column needs a value for every row that is there, or the deployment stops.",
    read="A column for a full table",
    errata=["E22", "E25"],
    needs=["02.order"],
)
def test_filled_table(command: Command, database: Database, probe: Probe, rng):
    number = rng.randrange(10**6)
    filled = False
    for revision in probe("revisions", doing="reading the revisions")["ids"]:
        command.must(
            "alembic",
            "upgrade",
            revision,
            wanted=f"Revision {revision} runs on tables with rows: server_default=sa.false().",
        )
        if filled or "posts" not in tables(database):
            continue
        database.execute(USER, f"ada{number}@example.com")
        database.execute(POST, f"Title {number}")
        before = database.query("SELECT * FROM posts")[0]
        filled = True
    expect(
        "published" in columns(database, "posts"),
        seen="After `alembic upgrade head` posts has no published: no revision adds it.",
        wanted="A revision of its own, after the one that makes posts, adds published.",
    )
    found = database.query("SELECT title, published FROM posts")
    expect(
        found == [{"title": f"Title {number}", "published": 0}],
        seen=f"The post that was there before is now {found}.",
        wanted="The same post, with published = false.",
    )
    now = database.query("SELECT * FROM posts")[0]
    changed = sorted(name for name in before.keys() & now if before[name] != now[name])
    expect(
        not changed,
        seen=f"The post that was there before has another {', '.join(changed)}: it was {before},"
        f" and is {now}.",
        wanted="The same post: a new column changes none of the others.",
    )
    with database.inspect() as inspector:
        indexes = [index["column_names"] for index in inspector.get_indexes("posts")]
    _indexed(["published", "created_at"], indexes)


@check(
    title="alembic check finds no difference to the models",
    items=["principle.migrations"],
    why="A column that only the model has is a 500 in production and green in every test.",
    read="A column for a full table",
    errata=["E22"],
    needs=["02.tables"],
)
def test_no_drift(command: Command, database: Database, probe: Probe):
    command.must("alembic", "upgrade", "head")
    differences = drift(command)
    expect(
        not differences,
        seen=f"`alembic check` says: {differences}",
        wanted="No new upgrade operations detected.",
    )
    lengths = probe("lengths", doing="reading the models' columns")
    with database.inspect() as inspector:
        endless = [
            f"{table}.{column['name']}"
            for table in ("users", "posts")
            for column in inspector.get_columns(table)
            if f"{table}.{column['name']}" in lengths
            and getattr(column["type"], "length", None) is None
        ]
    expect(
        not endless,
        seen=f"In the migrated database {', '.join(endless)} takes a text of any length; the model"
        " says how long.",
        wanted="sa.String(length=…), as in the model.",
        why="`alembic check` does not notice a length that is missing, and PostgreSQL keeps to it.",
    )


@check(
    title="The history runs back to nothing and forwards again",
    items=["model.migration", "topic.alembic"],
    why="The night that a deployment fails is no time to try a downgrade for the first time.",
    read="Back again",
    errata=["E24"],
    needs=["02.tables"],
)
def test_round_trip(command: Command, database: Database, rng):
    command.must("alembic", "upgrade", "head")
    number = rng.randrange(10**6)
    database.execute(USER, f"ada{number}@example.com")
    published = "published" in columns(database, "posts")
    database.execute(PUBLISHABLE if published else POST, f"Title {number}")
    command.must("alembic", "downgrade", "base", wanted="A way back, on tables with rows in them.")
    left = tables(database) - {"alembic_version"}
    expect(
        not left,
        seen=f"After `alembic downgrade base` there is still {', '.join(sorted(left))}.",
        wanted="downgrade() undoes all that upgrade() did.",
    )
    command.must("alembic", "upgrade", "head", wanted="Forwards once more, on what is left.")


@check(
    title="A dropped index names its table",
    items=["topic.alembic"],
    why="On MySQL and SQL Server an index belongs to its table: without it the statement is wrong.",
    read="Back again",
    errata=["E24"],
    needs=["02.tables"],
)
def test_named_drops(source: Source, command: Command, project: Project):
    drops = [call for each in source.modules(VERSIONS) for call in each.calls("drop_index")]
    dropped = {id(node) for call in drops for node in ast.walk(call)}
    words = {
        word
        for module in source.modules(VERSIONS)
        for node in module.walk()
        if isinstance(node, ast.Constant) and id(node) not in dropped
        for word in re.findall(r"\w+", str(node.value))
    }
    for module in source.modules(VERSIONS):
        for call in module.calls("drop_index"):
            table = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "table_name")]
            for each in table:
                if isinstance(each, ast.Constant):
                    expect(
                        each.value in words,
                        seen=f"{ast.unparse(call)} names a table that no revision speaks of.",
                        wanted="The table that the index was made on.",
                        at=module.at(call),
                    )
            named = len(call.args) > 1 or any(each.arg == "table_name" for each in call.keywords)
            in_batch = not dotted(call.func).startswith("op.")
            expect(
                named or in_batch,
                seen=f"{ast.unparse(call)} does not say which table.",
                wanted='op.drop_index(…, table_name="posts")',
                at=module.at(call),
            )
    project.env["DATABASE_URL"] = "mssql+aioodbc://nobody@localhost/nothing"
    offline = command("alembic", "downgrade", "head:base", "--sql")
    expect(
        "no_table" not in offline.output,
        seen="For SQL Server the way back reads DROP INDEX … ON no_table.",
        wanted="op.drop_index(…, table_name=…)",
    )


def _indexed(wanted, indexes):
    expect(
        wanted in [found[: len(wanted)] for found in indexes],
        seen=f"The migrated posts has no index on {' and '.join(wanted)}; it has {indexes}.",
        wanted=f"op.create_index(…, 'posts', {wanted})",
    )
