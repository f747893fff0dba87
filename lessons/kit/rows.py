"""Users and posts as rows of the tables, stored by no code of the learner's.

Ids are the caller's, and large: a row that the learner's code creates gets another one.
"""

import random
from typing import Any

from checker.judge.evidence import Database


def insert(database: Database, table: str, rows: list[dict[str, Any]]) -> None:
    columns = ", ".join(rows[0])
    row = f"({', '.join('?' for _ in rows[0])})"
    values = [value for each in rows for value in each.values()]
    sql = f"INSERT INTO {table} ({columns}) VALUES {', '.join([row] * len(rows))}"  # noqa: S608
    database.execute(sql, *values)


def moment(hour: int) -> str:
    """A time as both databases take it, and as SQLAlchemy stores it in SQLite."""
    return f"2031-05-17 {hour:02}:00:00.000000"


def user(id_: int, name: str, /, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "email": f"{name.lower()}@example.com",
        "name": name,
        "hashed_password": "x",
        "created_at": moment(9),
        **more,
    }


def post(id_: int, title: str, user_id: int, /, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "title": title,
        "content": "Text",
        "published": False,
        "user_id": user_id,
        "created_at": moment(10),
        "updated_at": None,
        **more,
    }


def two_of_each(database: Database, rng: random.Random) -> int:
    """Users `first` and `first + 1`, and a post of each, with the same ids. Gives `first`."""
    first = rng.randrange(1000, 9000)
    insert(database, "users", [user(first, "Ada"), user(first + 1, "Bob")])
    insert(
        database,
        "posts",
        [post(first, "By Ada", first), post(first + 1, "By Bob", first + 1)],
    )
    return first
