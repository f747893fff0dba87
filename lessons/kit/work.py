"""What a query costs: the judge asks the database itself, for the plan and for the work done.

The service says which queries it sends. They are run again here, read-only.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from checker.judge import Unmet
from checker.judge.databases.sqlite import guarded
from checker.judge.evidence import Database, SqliteDatabase
from checker.judge.witness import witnessed

_STRIDE = 10
_ENOUGH = 20_000_000
"""Steps: a query that takes as many is given up."""
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
_ALLOWED |= {sqlite3.SQLITE_RECURSIVE}


@dataclass(frozen=True)
class Query:
    """A SELECT that the service sent, with its values as the driver got them."""

    sql: str
    values: Sequence[Any]

    def __str__(self) -> str:
        words = re.sub(r"^SELECT .*? FROM", "SELECT … FROM", " ".join(self.sql.split()))
        return words if len(words) < 300 else f"{words[:300]} …"


@dataclass(frozen=True)
class Cost:
    """The plan's lines, and the work: SQLite's steps, or the rows that PostgreSQL visited."""

    plan: tuple[str, ...]
    work: int
    unit: str
    rows: int
    """How many it gives."""
    sorts: bool
    """Whether rows are sorted, and not read in their order."""
    scans: bool
    """Whether the table is read from end to end, by no index."""

    def __str__(self) -> str:
        return "; ".join(self.plan)


@witnessed
def cost(database: Database, query: Query, table: str = "posts") -> Cost:
    """Plan and run a query of the service's. Raises Unmet where it is no such query."""
    if isinstance(database, SqliteDatabase):
        return _on_sqlite(database, query, table)
    return _on_postgresql(database, query, table)


def _on_sqlite(database: SqliteDatabase, query: Query, table: str) -> Cost:
    steps = 0

    def step() -> bool:
        nonlocal steps
        steps += _STRIDE
        return steps > _ENOUGH

    def allow(action: int, *_: str | None) -> int:
        return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY

    address = f"{database.file.as_uri()}?mode=ro"
    with _repeated(query), closing(sqlite3.connect(address, uri=True)) as connection:
        guarded(connection)
        connection.set_authorizer(allow)
        sql, values = query.sql, tuple(query.values)
        explained = connection.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
        connection.set_progress_handler(step, _STRIDE)
        rows = sum(1 for _ in connection.execute(sql, values))
    plan = tuple(str(line[3]) for line in explained)
    return Cost(
        plan=plan,
        work=steps,
        unit="steps of SQLite's",
        rows=rows,
        sorts=any("TEMP B-TREE" in line and "ORDER BY" in line for line in plan),
        scans=any(re.match(rf"SCAN {table}\b(?!.*\bINDEX\b)", line) for line in plan),
    )


def _on_postgresql(database: Database, query: Query, table: str) -> Cost:
    """EXPLAIN ANALYZE of the same statement, prepared as the driver prepares it."""
    from psycopg.sql import quote

    values = ", ".join(map(quote, query.values))
    arguments = f"({values})" if values else ""
    with _repeated(query):
        database.execute("SET statement_timeout = '30s'")
        database.execute(f"PREPARE seen AS {query.sql}")
        try:
            [row] = database.query(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE seen{arguments}")
        finally:
            database.execute("DEALLOCATE seen")
    nodes = list(_nodes(row["QUERY PLAN"][0]["Plan"]))
    rows = [node for node in nodes if node.get("Relation Name") == table]
    return Cost(
        plan=tuple(_line(node) for node in nodes),
        work=sum(
            int(
                (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
            )
            for node in rows
        ),
        unit="rows that PostgreSQL visited",
        rows=int(nodes[0]["Actual Rows"]),
        sorts=any("Sort" in node["Node Type"] for node in nodes),
        scans=any(node["Node Type"] == "Seq Scan" for node in rows),
    )


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def _line(node: dict[str, Any]) -> str:
    names = ("Index Name", "Relation Name", "Sort Key", "Index Cond", "Filter")
    more = ", ".join(f"{name}: {node[name]}" for name in names if name in node)
    return f"{node['Node Type']} ({more})" if more else str(node["Node Type"])


@contextmanager
def _repeated(query: Query) -> Iterator[None]:
    """What is wrong with the query itself, as a finding."""
    import psycopg

    try:
        yield
    except (sqlite3.Error, psycopg.Error, ValueError, OverflowError, MemoryError) as error:
        said = (str(error) or "it takes too much memory").splitlines()[0]
        raise Unmet(f"`{query}` cannot be run again: {said}.", "A SELECT, by itself.") from error
