"""Databases for checks: SQLite files and a PostgreSQL server hold to one specification."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from checker.judge.databases.postgresql import PostgresDatabases
from checker.judge.databases.server import Server
from checker.judge.databases.sqlite import SqliteDatabases
from checker.judge.evidence import Missing, Refused
from checker.judge.unmet import Unmet

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
TABLES = (
    "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT NOT NULL, CONSTRAINT uq UNIQUE (name))",
    """
    CREATE TABLE b (
        a_id INTEGER NOT NULL,
        CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id) ON DELETE CASCADE
    )
    """,
)


@pytest.fixture(params=KINDS)
def databases(request, tmp_path):
    if request.param == "sqlite":
        made = SqliteDatabases(tmp_path, tmp_path)
    else:
        made = PostgresDatabases(Server.at(request.getfixturevalue("postgresql").url()))
    yield made
    made.close()


def make(database):
    for table in TABLES:
        database.execute(table)


@pytest.fixture
def database(databases):
    database = databases.empty()
    make(database)
    return database


def tables(database):
    with database.inspect() as inspector:
        return sorted(inspector.get_table_names())


def test_a_question_mark_stands_for_a_value(database):
    database.execute("INSERT INTO a VALUES (?, ?)", 1, "it's 5 %")
    assert database.query("SELECT * FROM a WHERE name = ?", "it's 5 %") == [
        {"id": 1, "name": "it's 5 %"}
    ]


def test_marks_in_quotes_are_text(database):
    database.execute("INSERT INTO a VALUES (?, 'why? it''s 5 % of ?')", 1)
    assert database.query("SELECT name FROM a WHERE name LIKE '%why?%' AND 7 % 4 = ?", 3) == [
        {"name": "why? it's 5 % of ?"}
    ]


@pytest.mark.parametrize(
    "sql",
    ["INSERT INTO a VALUES (2, 'x')", "INSERT INTO b VALUES (3)", "INSERT INTO a (id) VALUES (2)"],
)
def test_a_constraint_refuses(database, sql):
    database.execute("INSERT INTO a VALUES (1, 'x')")
    with pytest.raises(Refused):
        database.execute(sql)
    assert database.query("SELECT id FROM a") == [{"id": 1}]


@pytest.mark.parametrize(
    "sql", ["SELECT x FROM a", "SELECT id FROM x", "INSERT INTO a (x) VALUES (1)"]
)
def test_what_is_missing_is_no_fault_of_the_checker(database, sql):
    with pytest.raises(Missing, match="x"):
        database.query(sql)


def test_sql_that_is_wrong_is_a_fault_of_the_checker(database):
    with pytest.raises(Exception, match="syntax") as caught:
        database.query("SELECT FROM FROM a")
    assert not isinstance(caught.value, Unmet)


def test_foreign_keys_cascade(database):
    database.execute("INSERT INTO a VALUES (1, 'x')")
    database.execute("INSERT INTO b VALUES (1)")
    database.execute("DELETE FROM a")
    assert database.query("SELECT * FROM b") == []


def test_the_inspector_knows_tables_and_constraints(database):
    with database.inspect() as inspector:
        assert sorted(inspector.get_table_names()) == ["a", "b"]
        assert inspector.get_foreign_keys("b")[0]["options"] == {"ondelete": "CASCADE"}
        [unique] = inspector.get_unique_constraints("a")
    assert unique["column_names"] == ["name"]


def test_the_learners_code_meets_the_same_rows(database):
    database.execute("INSERT INTO a VALUES (1, 'ours')")

    async def learn():
        engine = create_async_engine(database.url)
        async with engine.begin() as connection:
            await connection.execute(text("INSERT INTO a VALUES (2, 'theirs')"))
            seen = await connection.scalars(text("SELECT name FROM a ORDER BY id"))
        await engine.dispose()
        return seen.all()

    assert asyncio.run(learn()) == ["ours", "theirs"]
    assert database.query("SELECT count(*) AS number FROM a") == [{"number": 2}]


def test_each_check_begins_empty_at_the_same_url(databases, database):
    first = database.url
    databases.end_check()
    second = databases.empty()
    assert second.url == databases.url == first
    assert tables(second) == []


def test_what_is_filled_is_made_once_and_copied(databases):
    made = []

    def build(template):
        made.append(template.url)
        make(template)

    for _ in range(2):
        copy = databases.filled("ready", build)
        assert copy.query("SELECT * FROM a") == []
        copy.execute("INSERT INTO a VALUES (1, 'x')")
        databases.end_check()
    assert len(made) == 1
    assert made[0] != databases.url


def test_what_cannot_be_made_fails_for_every_check_in_the_same_way(databases):
    tried = []

    def build(template):
        tried.append(template)
        make(template)
        raise LookupError("half way")

    for _ in range(2):
        with pytest.raises(LookupError, match="half way"):
            databases.filled("ready", build)
    assert len(tried) == 1


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"


@pytest.fixture
def sqlite(tmp_path):
    database = SqliteDatabases(tmp_path, tmp_path).empty()
    make(database)
    return database


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT i FROM n", "over 100,000 rows"),
        ("SELECT zeroblob(20000000) FROM n", "too big"),
        ("SELECT count(*) AS i FROM n", "interrupted"),
        ("SELECT i, zeroblob(1000000) AS b FROM n ORDER BY b, i DESC", "memory"),
    ],
)
def test_a_view_without_an_end_fills_nothing(sqlite, sql, reason, monkeypatch):
    if reason == "interrupted":
        monkeypatch.setattr("checker.judge.databases.sqlite.PATIENCE", 0.1)
    sqlite.execute(f"CREATE VIEW c AS {ENDLESS} {sql}")
    with pytest.raises(Unmet, match=f"cannot answer `SELECT . FROM c`.*{reason}"):
        sqlite.query("SELECT * FROM c")


@pytest.mark.parametrize(
    "sql",
    ["INSERT INTO a VALUES (1, 'x')", 'UPDATE "A" SET name = 1', "delete  from a WHERE id = 1"],
)
def test_the_judge_writes_through_no_view(sqlite, sql):
    sqlite.execute("ALTER TABLE a RENAME TO c")
    sqlite.execute("CREATE VIEW a AS SELECT * FROM c")
    for event in ("INSERT", "UPDATE", "DELETE"):
        sqlite.execute(f"CREATE TRIGGER t{event} INSTEAD OF {event} ON a BEGIN SELECT 1; END")
    with pytest.raises(Unmet, match="is a view, not a table"):
        sqlite.execute(sql)


def test_a_trigger_may_keep_a_column_up_to_date(sqlite):
    sqlite.execute("CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET name = name || '!'; END")
    sqlite.execute("INSERT INTO a VALUES (1, 'x')")
    assert sqlite.query("SELECT name FROM a") == [{"name": "x!"}]
