"""Times and defaults: what goes in, what is in the table, and what comes back."""

from datetime import UTC, datetime, timedelta

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Database, Probe

TIMES = {"users": ("created_at",), "posts": ("created_at", "updated_at")}
OFFSETS = (330, -210, 0)


@pytest.fixture
def metadata(probe: Probe):
    return probe.shared("metadata", doing="reading the models' metadata")


@pytest.fixture
def rows(database: Database, rng):
    """Two users, each with a post."""
    number = rng.randrange(10**5, 10**6)
    return [
        {
            "id": number + each,
            "email": f"{name}@example.com",
            "name": name,
            "hashed_password": "x",
            "posts": [{"id": number + 10 + each, "title": f"By {name}", "content": "Text"}],
        }
        for each, name in enumerate(("Ada", "Bob"))
    ]


@pytest.fixture
def others(rows):
    """More users, and more posts of the first user: for rows that say no more than they must."""
    first, ids = rows[0]["id"], [2 * 10**6 + each for each in range(6)]
    users = [
        {"id": each, "email": f"{each}@example.com", "name": "Eve", "hashed_password": "x"}
        for each in ids
    ]
    posts = [
        {"id": each, "title": f"No. {each}", "content": "Text", "user_id": first} for each in ids
    ]
    return {"users": users, "posts": posts}


@check(
    title="Times are stored in UTC and come back aware of it",
    items=["model.async-model"],
    why="A naive time is another moment on every server; comparing it with an aware one raises.",
    read="Times that know their zone",
    errata=["E23"],
    needs=["01.tables"],
)
def test_aware_times(probe: Probe, database: Database, rows, metadata):
    for table, times in TIMES.items():
        for column in times:
            facts = metadata["tables"][table]["columns"].get(column)
            expect(
                facts is not None,
                seen=f"{table} has no {column}.",
                wanted=f"{column}: Mapped[…] = mapped_column(UtcDateTime, …)",
            )
            expect(
                "WITH TIME ZONE" in facts["postgresql"],
                seen=f"On PostgreSQL {table}.{column} would be made as: {facts['postgresql']}.",
                wanted="UtcDateTime over DateTime(timezone=True): there, a moment is a TIMESTAMP"
                " WITH TIME ZONE.",
            )
            way, before, after = facts["altered"] or ("", "", "")
            expect(
                not way,
                seen=f"On PostgreSQL {before} {'goes into' if way == 'in' else 'comes out of'}"
                f" {table}.{column} as {after}.",
                wanted="The same moment, which knows its zone, both ways: astimezone(UTC) and no"
                " more on its way in, and UTC for what has no zone, alone, on its way out.",
                why="A driver answers in UTC or in the session's zone, and takes a time without"
                " one for the local time.",
            )
    for minutes in OFFSETS:
        seen = probe(
            "stored_times", doing="storing times of several zones", rows=rows, minutes=minutes
        )
        for what, found in seen.items():
            expect(
                found["offset"] is not None,
                seen=f"{what} came back as {found['read']}, without a zone.",
                wanted="An aware time in UTC, on SQLite too: a TypeDecorator adds the zone.",
            )
            utc = datetime.fromisoformat(found["given"]).astimezone(UTC)
            expect(
                found["difference"] == 0 and found["offset"] == 0,
                seen=f"{found['given']}, stored in {what}, came back as {found['read']}, where the"
                " local time zone is that of New York.",
                wanted=f"The same moment in UTC: {utc.isoformat(sep=' ')}.",
            )
        for table, times in TIMES.items():
            for column in times:
                values = [
                    str(row[column])
                    for row in database.query(f"SELECT {column} FROM {table}")
                    if row[column] is not None
                ]
                expected = utc.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
                expect(
                    any(value.startswith(expected) for value in map(_in_utc, values)),
                    seen=f"{found['given']} stands in the table {table} as {', '.join(values)}.",
                    wanted=f"{expected}, which is UTC: value.astimezone(UTC) on the way in.",
                )


@check(
    title="A time without a zone is refused",
    items=["model.async-model"],
    why="Guessing a zone stores a wrong moment that nobody can put right later.",
    read="Times that know their zone",
    errata=["E23"],
    needs=["01.tables"],
)
def test_naive_times(probe: Probe, rows):
    seen = probe("naive_times", doing="storing a time without a zone", rows=rows)
    for what, kinds in seen.items():
        expect(
            kinds is not None,
            seen=f"datetime(2031, 5, 17, 23, 45), which has no zone, was stored without complaint"
            f" in {what}.",
            wanted="A ValueError from process_bind_param when value.utcoffset() is None.",
        )
        expect(
            "ValueError" in kinds,
            seen=f"A time without a zone, stored in {what}, ends in {kinds[0]}.",
            wanted="A ValueError from process_bind_param when value.utcoffset() is None.",
            why="Whoever calls must be able to tell a wrong value from a broken program.",
        )


@check(
    title="A post is unpublished unless it says otherwise, whoever writes it",
    items=["model.async-model"],
    why="Defaults that the database sets hold for every writer, imports and psql too.",
    read="Users and posts",
    needs=["01.tables"],
)
def test_defaults(probe: Probe, database: Database, rows, others, metadata):
    expect(
        "published" in metadata["tables"]["posts"]["columns"],
        seen="posts has no published.",
        wanted="published: Mapped[bool] = mapped_column(default=False, server_default=false())",
    )
    with database.inspect() as inspector:
        probe("create_all", doing="creating the tables")
        defaults = {c["name"]: c["default"] for c in inspector.get_columns("posts")}
    expect(
        defaults["published"] is not None,
        seen="posts.published has no default in the database.",
        wanted="server_default=false(): a row written by another program gets it too.",
    )
    given = {key: value for key, value in others["posts"][0].items() if key != "id"}
    seen = probe("published", doing="storing posts", rows=rows, given=given)
    for how in ("by the model", "by SQL"):
        expect(
            seen[how] is False,
            seen=f"A post stored {how} without `published` has published = {seen[how]!r}.",
            wanted="False: default=False for the model, server_default=false() for SQL.",
        )
    expect(
        seen["set"] is True,
        seen=f"A post stored with published=True has published = {seen['set']!r}.",
        wanted="True, as it says.",
        why="A default that overrides what is said publishes nothing, ever.",
    )
    expect(
        seen["sent"],
        seen="A post made without `published` is sent to the database without it.",
        wanted="default=False beside server_default=false().",
        why="With the database's default alone the object itself has no value until it is read.",
    )


@check(
    title="The database says when a row was made",
    items=["model.async-model"],
    why="Rows that another program writes need a time too, and one clock is enough.",
    read="Users and posts",
    needs=["01.tables"],
)
def test_created_at(probe: Probe, rows, others):
    seen = probe("created", doing="storing rows without created_at", rows=rows, **others)
    expect(
        "refused" not in seen,
        seen=f"A row of {seen.get('refused')} that {seen.get('how')} stored without created_at was"
        f" refused: {seen.get('reason')}.",
        wanted="server_default=UtcNow(): the database sets it, whoever writes.",
    )
    for found in seen["made"]:
        what, time = f"{found['model']} that {found['how']} stored", found["time"]
        expect(
            time is not None and abs(time["seconds_ago"]) < 60,
            seen=f"created_at of a {what} just now is {time and time['text']}, where the local time"
            " zone is that of New York.",
            wanted="The moment of storing, in UTC.",
        )
        expect(
            found["moves"],
            seen=f"Each {what}, one after the other, has one created_at: {time['text']}.",
            wanted="A default that the database computes for each row: server_default=UtcNow().",
            why="datetime.now() with its brackets is called once, when the module is imported.",
        )
        expect(
            not found["sent"],
            seen=f"created_at of a {what} is not the database's clock: the INSERT sends a time.",
            wanted="server_default=UtcNow(), and neither a default beside it nor code that sets"
            " it.",
            why="The clocks of two servers differ: by theirs an answer is older than its question.",
        )


@check(
    title="A row is found by its own time",
    items=["model.async-model"],
    why="SQLite compares times as text: '08:59:39' is not '08:59:39.000000', and comes before it.",
    read="A clock that compares",
    needs=["01.tables"],
)
def test_comparable_times(probe: Probe, rows, others):
    seen = probe("compared", doing="looking for rows by their times", rows=rows, **others)
    raw = {each["id"] for kind in others.values() for each in kind}
    for found in seen:
        row = f"a row that {'SQL' if found['id'] in raw else 'the model'} stored"
        what = found["what"]
        wanted = (
            "A default written as SQLAlchemy writes times, 26 characters on SQLite:"
            " server_default=UtcNow()."
            if what.endswith("created_at")
            else "A time that Python computes, or one of 26 characters: datetime.now(UTC)."
        )
        expect(
            found["equal"],
            seen=f"where({what} == the same {what.partition('.')[2]}) does not find {row}.",
            wanted=wanted,
        )
        expect(
            found["equal abroad"],
            seen=f"where({what} == …) does not find {row} by its own moment in the zone +05:30.",
            wanted="What goes into a comparison becomes UTC as well: process_bind_param.",
        )
        expect(
            not found["earlier"] and not found["later"],
            seen=f"By {what}, {row} is {'earlier' if found['earlier'] else 'later'} than itself.",
            wanted=wanted,
        )


@check(
    title="updated_at is empty at first, and set by every change",
    items=["model.async-model"],
    why="A time of change that is missed or wrong sends every cache and every reader astray.",
    read="Times that know their zone",
    needs=["01.tables"],
)
def test_updated_at(probe: Probe, database: Database, rows, metadata):
    expect(
        "updated_at" in metadata["tables"]["posts"]["columns"],
        seen="posts has no updated_at.",
        wanted="updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime, onupdate=…)",
    )
    seen = probe("changes", doing="changing a post", rows=rows)
    expect(
        not any(seen["unchanged"]),
        seen="updated_at of a post that was never changed is set.",
        wanted="None until the first change.",
    )
    before = None
    for change in seen["changes"]:
        at = change["at"]
        expect(
            at is not None and abs(at["seconds_ago"]) < 60,
            seen=f"updated_at after a change of {change['of']} is {change['text']}.",
            wanted="The moment of the change, in UTC: onupdate=lambda: datetime.now(UTC).",
        )
        expect(
            change["text"] != before,
            seen=f"updated_at is {before} after one change, and after the next.",
            wanted="A function, which is called for each change: onupdate=lambda: …",
            why="datetime.now(UTC) with its brackets is called once, when the module is imported.",
        )
        before = change["text"]
        expect(
            change["flushed"],
            seen="After an UPDATE, updated_at is not on the object: reading it would run a query.",
            wanted="eager_defaults=True in __mapper_args__, or an onupdate that Python computes.",
            why="Under async nothing can wait there: the request would end with a 500.",
        )
    expect(
        seen["by_statement"] is not None and seen["by_statement"]["text"] != before,
        seen="update(Post).values(content=…) leaves updated_at as it was.",
        wanted="onupdate=… on the column, which also holds for statements over many rows.",
    )
    expect(
        not any(seen["others"]),
        seen="Changing one post sets updated_at of another.",
        wanted="updated_at of the post that changed alone.",
    )
    expect(
        seen["kept"],
        seen="Changing a post changes its created_at.",
        wanted="created_at as it was: it has a default and no onupdate.",
        why="A post would move to the top of the newest with each correction.",
    )


def _in_utc(value: str) -> str:
    """The text of a time in a table as UTC: with an offset, from PostgreSQL; without, as it is."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return value
    zone = found.utcoffset() or timedelta()
    return (found.replace(tzinfo=None) - zone).isoformat(sep=" ")
