"""Settings, tables and handlers: what needs no Kafka."""

import uuid
from typing import Any

from checker.judge import check, expect
from checker.judge.evidence import Command, Database, Probe, Project
from kit.consuming import file_of
from kit.events import CREATED, DELETED, UPDATED
from kit.history import goes_back
from kit.settings import Settled

NEW = 77
"""An author of whom nothing has been counted."""
DEFAULTS = {
    "kafka_session_seconds": 10,
    "kafka_heartbeat_seconds": 3,
    "retry_seconds": 0.5,
    "handler_tries": 5,
}
LAST = 2**31 - 1
"""The largest id that every database's INTEGER holds."""
COUNTS = ("created", "updated", "deleted")


@check(
    title="How long a session is, how often its heart beats, and how patient you are",
    items=["structure.kafka-consumer"],
    why="A test wants to wait for milliseconds, and production for seconds.",
    read="Before you start",
)
def test_settings(settled: Settled, rng):
    session = rng.randrange(1, 8) / 8
    wanted = {  # less than one is above 0
        "kafka_session_seconds": session,
        "kafka_heartbeat_seconds": session / 4,
        "retry_seconds": rng.randrange(1, 16) / 16,
        "handler_tries": 1,
    }
    given = {name.upper(): str(value) for name, value in wanted.items()}
    bad = [(name.upper(), value) for name in DEFAULTS for value in ("0", "-1")]
    settled(DEFAULTS, given, wanted, bad, "it is above 0.")


@check(
    title="A migration makes post_stats and processed_events, goes down and up again",
    items=["structure.kafka-consumer", "model.migration", "topic.alembic"],
    why="Of two consumers that store the same id, a primary key lets one.",
    read="What is counted",
)
def test_tables(migrated: Database, command: Command):
    with migrated.inspect() as inspector:
        names = inspector.get_table_names()
        for table, key in (("post_stats", "user_id"), ("processed_events", "event_id")):
            expect(
                table in names,
                seen=f"After `alembic upgrade head` there are the tables {', '.join(names)}.",
                wanted=f"A table {table}, made by a migration.",
            )
            keys = inspector.get_pk_constraint(table)["constrained_columns"]
            expect(
                keys == [key],
                seen=f"The primary key of {table} is {', '.join(keys) or 'missing'}.",
                wanted=f"{key}: mapped_column(primary_key=True).",
            )
        columns = {each["name"] for each in inspector.get_columns("post_stats")}
        expect(
            columns >= {"user_id", *COUNTS},
            seen=f"post_stats has the columns {', '.join(sorted(columns))}.",
            wanted="user_id, created, updated, deleted.",
        )
        foreign = inspector.get_foreign_keys("post_stats")
        expect(
            not foreign,
            seen=f"post_stats refers to {', '.join(each['referred_table'] for each in foreign)}.",
            wanted="No foreign key: an event may come when its author has gone.",
        )
    goes_back(command, migrated, "post_stats", "processed_events")
    counted = _rows(migrated)
    expect(
        not counted,
        seen=f"The migration ran on a database with two posts, and post_stats holds {counted}.",
        wanted="Nothing: it counts events, and all of them are still to be read.",
        why="What the migration has counted, the consumer counts once more.",
    )


@check(
    title="A handler for each type counts in the session that it is given",
    items=["structure.kafka-registry", "structure.events-handlers"],
    why="A handler that commits parts the effect from the event's id.",
    read="What is counted",
    needs=["16.tables"],
)
def test_handlers(probe: Probe, migrated: Database, project: Project):
    kinds = {CREATED, UPDATED, DELETED}
    registered = probe("registered", doing="importing HANDLERS", expects=dict[str, bool])
    expect(
        set(registered) >= kinds,
        seen=f"HANDLERS has {', '.join(sorted(registered)) or 'nothing'}.",
        wanted=f"A handler for each of {', '.join(sorted(kinds))}.",
        why="An event of a type that nobody handles is passed over, and never counted.",
    )
    users = (1, LAST)
    file = file_of(migrated)
    values = [
        _event(kind, user)
        for user, times in zip(users, (2, 3), strict=True)
        for kind in (CREATED, CREATED, UPDATED, DELETED)[:times]
    ]
    doing = "calling handlers of HANDLERS with a session and an event"
    probe("handle", doing=doing, values=values, commit=False)
    rows = _rows(migrated)
    expect(
        not rows,
        seen=f"Handlers were called, the session was rolled back, and post_stats holds {rows}.",
        wanted="Nothing: a handler works in the session that it is given, and does not commit.",
    )
    probe("handle", doing=doing, values=values, commit=True)
    _expect(migrated, {users[0]: (2, 0, 0), users[1]: (2, 1, 0)}, "Handlers were called")
    for number in (1, 2):
        one = [_event(CREATED, users[0]), _event(DELETED, users[1])]
        probe("handle", doing=doing, values=one, commit=True)
        wanted = {users[0]: (2 + number, 0, 0), users[1]: (2, 1, number)}
        _expect(migrated, wanted, "Handlers were called again, in another session")
    if file:
        probe("handle", doing=doing, values=[_event(CREATED, users[0])], commit=True, file=file)
        found = {row["user_id"]: row["created"] for row in _rows(migrated)}
        added = found[users[1]] - 2  # by others, to every row
        expect(
            found[users[0]] == 4 + added + 1,
            seen="While a handler counted, others did, too: between its SELECT and its commit they"
            f" added {added} to created = 4, and it has become {found[users[0]]}.",
            wanted="What they have added, and 1: the database adds, created = created + 1.",
            why="Two consumers that read 4 at once both write 5.",
        )
        _the_first_at_once(probe, migrated, file)


def _the_first_at_once(probe: Probe, database: Database, file: str) -> None:
    """Expect that both count of the first two events of an author, which two handle at once. Whom
    the database refuses has failed, and tries again."""
    counted = {row["user_id"]: row["created"] for row in _rows(database)}
    other, new = max(counted), NEW
    values = [_event(CREATED, new)]
    doing = "calling a handler while another counts for the same author"
    if not probe(
        "handle", doing=doing, values=values, commit=True, file=file, user=new, expects=bool
    ):
        probe("handle", doing=doing, values=values, commit=True)
    found = {row["user_id"]: row["created"] for row in _rows(database)}
    added = found[other] - counted[other]
    expect(
        found.get(new) == added + 1,
        seen="A handler counted an author's first event. While it did, between its SELECT and its"
        f" commit, others made that author's row, with created = {added}, and then it was"
        f" {found.get(new)}.",
        wanted=f"{added + 1}. INSERT … ON CONFLICT DO UPDATE adds to the row that is there:"
        " DO NOTHING leaves it as it is, and the event counts as done.",
        why="Two consumers may have an author's first two events at once, and neither finds a row.",
    )


def _event(kind: str, user: int) -> dict[str, Any]:
    data = {"id": 1, "title": "A", "content": "B", "published": True, "user_id": user}
    return {
        "id": str(uuid.uuid4()),
        "type": kind,
        "version": 1,
        "occurred_at": "2031-05-17T09:00:00Z",
        "data": data,
    }


def _rows(database: Database) -> list[dict[str, Any]]:
    return database.query(
        "SELECT user_id, created, updated, deleted FROM post_stats ORDER BY user_id"
    )


def _expect(database: Database, wanted: dict[int, tuple[int, ...]], doing: str) -> None:
    found = {row["user_id"]: tuple(row[name] for name in COUNTS) for row in _rows(database)}
    expect(
        found == wanted,
        seen=f"{doing}: post_stats holds {found}, each as created, updated, deleted.",
        wanted=f"{wanted}.",
        why="An event adds one, in the column of its type and the row of its author.",
    )
