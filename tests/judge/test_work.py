"""What a query costs, as the judge asks the database for it."""

import sqlite3
from contextlib import closing

import pytest

from checker.judge import Unmet
from checker.judge.evidence import SqliteDatabase
from kit.work import Query, cost


@pytest.fixture
def database(tmp_path):
    """A thousand posts, indexed by their time."""
    database = SqliteDatabase(tmp_path / "posts.db")
    with closing(sqlite3.connect(database.file)) as connection, connection:
        connection.execute("CREATE TABLE posts (id INTEGER PRIMARY KEY, at TEXT, title TEXT)")
        connection.execute("CREATE INDEX by_at ON posts (at)")
        rows = [(f"{number:04}", f"Post {number}") for number in range(1000)]
        connection.executemany("INSERT INTO posts (at, title) VALUES (?, ?)", rows)
    return database


def test_a_page_from_the_index_is_little_work(database):
    near, far, scanned = (
        cost(database, Query(f"SELECT title FROM posts {how} LIMIT 5", values))
        for how, values in (
            ("WHERE at < ? ORDER BY at DESC", ["0990"]),
            ("WHERE at < ? ORDER BY at DESC", ["0010"]),
            ("ORDER BY title", []),
        )
    )
    assert (near.rows, near.sorts, near.scans) == (5, False, False)
    assert near.work == far.work
    assert (scanned.sorts, scanned.scans) == (True, True)
    assert scanned.work > 20 * near.work


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM posts",
        "ATTACH DATABASE 'other.db' AS other",
        "PRAGMA user_version = 7",
        "SELECT 1; DELETE FROM posts",
        "SELECT nothing FROM posts",
        "SELECT ?",
    ],
)
def test_nothing_but_a_query_is_run_again(database, sql):
    before = database.file.read_bytes()
    with pytest.raises(Unmet, match="cannot be run again"):
        cost(database, Query(sql, []))
    assert database.file.read_bytes() == before


def test_an_endless_query_is_given_up(database, monkeypatch):
    monkeypatch.setattr("kit.work._ENOUGH", 100_000)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT max(i) FROM n"
    with pytest.raises(Unmet, match="interrupted"):
        cost(database, Query(endless, []))
