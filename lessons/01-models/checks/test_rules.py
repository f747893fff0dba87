"""The rules that the database keeps: tried with rows that break them, and with rows that do not."""

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Database, Probe, Refused

DAY = "2031-01-01 00:00:00.000000"
NEXT_DAY = "2031-01-02 00:00:00.000000"


@pytest.fixture
def filled(probe: Probe, database: Database) -> Database:
    """A database made by `create_all`, with two users and a post of each that the judge put in."""
    probe("create_all", doing="creating the tables")
    for number, name in ((7, "Ada"), (8, "Bob")):
        database.insert(
            "users",
            id=number,
            email=f"{name.lower()}@example.com",
            name=name,
            hashed_password="x",
            created_at=DAY,
        )
        database.insert("posts", **_post(number, f"By {name}", number))
    return database


def _post(id_: int, title: str, user: int, *, published: bool = False):
    return {
        "id": id_,
        "title": title,
        "content": "Text",
        "published": published,
        "user_id": user,
        "created_at": DAY,
    }


def _user(id_: int, email: str):
    # Name, hash and time are Ada's: none of them has to be unique.
    return {"id": id_, "email": email, "name": "Ada", "hashed_password": "x", "created_at": DAY}


@check(
    title="An e-mail and a title can stand only once",
    items=["model.indexes"],
    why="Only the database can keep two requests at the same moment from storing the same title.",
    read="What the database enforces",
    errata=["E06"],
    needs=["01.tables"],
)
def test_unique(filled: Database):
    taken = _user(20, "ada@example.com") | {"name": "Another", "created_at": NEXT_DAY}
    expect(
        _refused(filled, "users", **taken),
        seen="The database took a second user with the e-mail of another.",
        wanted="A unique constraint on users.email alone: mapped_column(..., unique=True).",
    )
    for user, published, whose in (
        (7, False, "the same author's"),
        (8, False, "another author's"),
        (8, True, "a published post's"),
    ):
        taken = _post(20, "By Ada", user, published=published) | {"created_at": NEXT_DAY}
        expect(
            _refused(filled, "posts", **taken),
            seen=f"The database took a second post with the same title, {whose}.",
            wanted="A unique constraint on posts.title alone: mapped_column(..., unique=True).",
        )
    for table, row, what in (
        ("users", _user(21, "other@example.com"), "a user with the name of another"),
        ("posts", _post(21, "Another title", 7), "a second post of a user, at the same moment"),
        ("posts", _post(22, "A third", 7, published=True), "a third post, a published one"),
    ):
        expect(
            not _refused(filled, table, **row),
            seen=f"The database refused {what}.",
            wanted="Only users.email and posts.title are unique.",
            why="A rule that is too strict turns away what your users may do.",
        )


@check(
    title="A post belongs to a user that exists, and goes when that user goes",
    items=["model.indexes"],
    why="An orphaned row breaks every join, and nobody sees it until the page is empty.",
    read="What the database enforces",
    needs=["01.tables"],
)
def test_foreign_key(filled: Database):
    expect(
        _refused(filled, "posts", **_post(20, "Orphan", 99)),
        seen="The database took a post whose user_id 99 names no user.",
        wanted='ForeignKey("users.id", …) on posts.user_id.',
    )
    wanted = 'ForeignKey("users.id", ondelete="CASCADE"): the database itself removes the posts.'
    try:
        filled.execute("DELETE FROM users WHERE id = 7")
    except Refused:
        expect(
            condition=False,
            seen="The database refused to delete a user who has a post.",
            wanted=wanted,
        )
    left = [row["id"] for row in filled.query("SELECT id FROM posts ORDER BY id")]
    expect(7 not in left, seen="A post is left after its user was deleted.", wanted=wanted)
    expect(
        left == [8],
        seen="Deleting a user took the post of another user along.",
        wanted="The posts of that user, and no other.",
    )
    filled.execute("DELETE FROM posts WHERE id = 8")
    users = filled.query("SELECT id FROM users")
    expect(
        users == [{"id": 8}],
        seen="Deleting a post took its author along.",
        wanted="The foreign key on posts.user_id alone.",
    )


@check(
    title="The columns that queries filter by have an index",
    items=["model.indexes"],
    why="Without one, each list of a user's posts reads the whole table; a foreign key adds none.",
    read="What the database enforces",
    needs=["01.tables"],
)
def test_indexes(probe: Probe, database: Database):
    probe("create_all", doing="creating the tables")
    with database.inspect() as inspector:
        found = [index["column_names"] for index in inspector.get_indexes("posts")]
    indexes = [[str(column) for column in columns] for columns in found]
    told = "; ".join(" and ".join(columns) for columns in indexes) or "none"
    expect(
        any(columns[:1] == ["user_id"] for columns in indexes),
        seen=f"No index of posts begins with user_id. Its indexes: {told}.",
        wanted="An index on posts.user_id: mapped_column(..., index=True).",
    )
    expect(
        any(columns[:2] == ["published", "created_at"] for columns in indexes),
        seen=f"No index of posts serves the newest published posts. Its indexes: {told}.",
        wanted="One index over published and created_at, in that order, in __table_args__.",
        why="The page that everyone opens would read and sort the whole table, each time.",
    )


@check(
    title="An id is never given out again",
    items=["model.async-model"],
    why="Whoever holds the id of something deleted, a link, a token, an event, would meet another.",
    read="What the database enforces",
    needs=["01.tables"],
)
def test_ids(probe: Probe, database: Database):
    probe("create_all", doing="creating the tables")
    for table, rows in (
        ("users", [{"email": f"{name}@example.com", "name": name} for name in "abc"]),
        ("posts", [{"title": name, "content": "Text", "user_id": 7} for name in "abc"]),
    ):
        if table == "posts":
            database.insert("users", id=7, email="author@example.com", name="Ada")
        given = []
        for row in rows:
            database.insert(table, **row)
            [found] = database.query(f"SELECT max(id) AS id FROM {table}")
            given.append(found["id"])
            database.execute(f"DELETE FROM {table} WHERE id = ?", found["id"])
        expect(
            len(set(given)) == len(given),
            seen=f"The id {given[-1]} of a row that was deleted from {table} was given to the next"
            " row.",
            wanted=f'__table_args__ = {{"sqlite_autoincrement": True}} on the model of {table}, or'
            " as the last part of its tuple.",
        )


def _refused(database: Database, table: str, **row) -> bool:
    try:
        database.insert(table, **row)
    except Refused:
        return True
    return False
