"""Events that the judge writes, and the consumers of lesson 16 that count them."""

import json
import random
import signal
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

import pytest

from checker.judge import NotGraded, Unmet, expect
from checker.judge.busy import busy
from checker.judge.claim import shown
from checker.judge.databases.sqlite import SqliteDatabase
from checker.judge.evidence import Broker, Database, Launch, Message, Project, Running
from kit.events import CREATED, DELETED, TOPIC, UPDATED, refusing

CONSUMER = "app.kafka.consumer"
GROUP = "posts.stats"
DEAD_LETTERS = f"{TOPIC}.dlt"
PARTITIONS = 3
SETTINGS = {
    "HANDLER_TRIES": "3",
    "KAFKA_HEARTBEAT_SECONDS": "0.2",
    "KAFKA_SECONDS": "2",
    "KAFKA_SESSION_SECONDS": "3",
    "RETRY_SECONDS": "0.1",
}
COLUMNS = {CREATED: 0, UPDATED: 1, DELETED: 2}
Counts = dict[int, tuple[int, ...]]


def patience() -> float:
    """Seconds within which an effect must come; a service that is right needs a fraction of it."""
    return 20.0 * busy(3.0)


def starting() -> float:
    """The same for a process that has to start, and for one that waits for the end of a session."""
    return 2 * patience()


class Stream:
    """A check's topic, what its events must have brought about, and who reads them."""

    def __init__(
        self,
        broker: Broker,
        database: Database,
        launch: Launch,
        project: Project,
        rng: random.Random,
    ) -> None:
        self.broker = broker
        self.database = database
        self.wanted: dict[int, list[int]] = {}
        """What post_stats must hold."""
        self.handled: set[str] = set()
        """The ids that processed_events must hold, where `knows_ids`."""
        self.knows_ids = True
        """Whether the consumer has come so far that it stores ids."""
        self.env = project.env
        self._launch = launch
        self._user = rng.randrange(10_000, 90_000)
        self._running: list[Running] = []
        broker.topic(TOPIC, partitions=PARTITIONS)
        broker.topic(DEAD_LETTERS, partitions=1)
        project.env.update(SETTINGS)

    # What is sent.

    def user(self) -> int:
        """The id of a user that nobody has heard of."""
        self._user += 1
        return self._user

    def event(self, user: int, kind: str = CREATED, **changes: Any) -> dict[str, Any]:
        """An envelope as lesson 15 writes it, for a post of the user's."""
        data = {"id": user * 3, "title": "A title", "content": "Text", "published": False}
        return {
            "id": str(uuid.uuid4()),
            "type": kind,
            "version": 1,
            "occurred_at": "2031-05-17T09:00:00.123456Z",
            "data": {**data, "user_id": user},
            **changes,
        }

    def send(
        self,
        event: dict[str, Any],
        partition: int = 0,
        *,
        counts: int | None = None,
        key: bytes | None = None,
    ) -> tuple[int, int]:
        """Write an event, which `counts` for that user, or the one in its data; 0 is nobody. The
        `key` is that of its post, unless another is given."""
        self._count(event, event["data"].get("user_id") if counts is None else counts)
        value, usual = _written(event)
        return self.broker.send(TOPIC, value, key=key or usual, partition=partition)

    def send_batch(self, events: Sequence[dict[str, Any]], partition: int) -> list[int]:
        """Write events that one fetch gives to who reads them: their offsets."""
        for event in events:
            self._count(event, event["data"]["user_id"])
        return self.broker.send_batch(TOPIC, [_written(each) for each in events], partition)

    def _count(self, event: dict[str, Any], user: int | None) -> None:
        if user and event["id"] not in self.handled:
            self.wanted.setdefault(user, [0, 0, 0])[COLUMNS[event["type"]]] += 1
            self.handled.add(event["id"])

    # Who reads it.

    def start(self, *, ready: bool = True) -> Running:
        """Start a consumer; where it is to be `ready`, wait until it has counted an event of each
        partition."""
        running = self._launch(CONSUMER, often=True)
        self._running.append(running)
        if ready:
            for partition in range(PARTITIONS):
                self.send(self.event(self.user()), partition)
            self.settle(
                "A consumer was started, and there was an event in each partition.", starting()
            )
        return running

    # What it has brought about.

    def stats(self) -> Counts:
        rows = self.database.query("SELECT user_id, created, updated, deleted FROM post_stats")
        return {row["user_id"]: (row["created"], row["updated"], row["deleted"]) for row in rows}

    def processed(self) -> int:
        [row] = self.database.query("SELECT count(*) AS n FROM processed_events")
        found: int = row["n"]
        return found

    def dead(self) -> list[Message]:
        return self.broker.messages(DEAD_LETTERS)

    def committed(self) -> dict[int, int]:
        """The group's offset of each partition, 0 where it has none."""
        found = self.broker.committed(GROUP, TOPIC)
        return {partition: offset or 0 for partition, offset in found.items()}

    def settle(self, doing: str, seconds: float | None = None) -> None:
        """Wait until each event has had its effect, its id is stored where the consumer has come
        so far, and every offset is committed. Raises Unmet.
        """
        seconds = seconds or patience()
        wanted: Counts = {user: tuple(counts) for user, counts in self.wanted.items()}
        self.broker.until(lambda: self._is_settled(wanted), seconds)
        found = self.stats()
        for user in sorted({*wanted, *found}):
            expect(
                found.get(user) == wanted.get(user),
                seen=f"{doing} In post_stats, user {user} has {_counted(found.get(user))} after"
                f" {seconds:.0f} s at most. The group's offsets are {self.committed()}, the topic's"
                f" ends {self.broker.ends(TOPIC)}.{self._told()}",
                wanted=f"{_counted(wanted.get(user))}: each event counts once.",
            )
        lag, names = self.broker.lag(GROUP, TOPIC), self.broker.names()
        expect(
            lag == 0,
            seen=f"{doing} Every event has had its effect, and the offsets that the group"
            f" {self.broker.prefix}{GROUP} has committed are {self.committed()}; the topic ends at"
            f" {self.broker.ends(TOPIC)}. There are the topics {', '.join(names)}.{self._told()}",
            wanted="The offset after the last message of each partition: commit({partition:"
            " message.offset + 1}), in the group posts.stats behind the prefix.",
        )
        processed = self.processed()
        expect(
            self._ids_are_stored(),
            seen=f"{doing} {len(self.handled)} events have had their effect, and processed_events"
            f" has {processed} rows.",
            wanted="A row for each event that has had its effect.",
        )

    def none_dead(self, doing: str) -> None:
        """Expect that nothing has been put aside."""
        found = self.dead()
        if found:
            raise Unmet(
                f"{doing} {DEAD_LETTERS} holds {len(found)} message(s); the first is"
                f" {shown(found[0].text, 300)}, with {headers_of(found[0])}.",
                "Nothing is put aside that can be handled, or is for others.",
            )

    def ends(self, running: Running, doing: str) -> None:
        """Send SIGTERM, and expect a clean end. Raises Unmet."""
        running.signal(signal.SIGTERM)
        self.ended(running, doing)

    def ended(self, running: Running, doing: str) -> None:
        """Expect the clean end of one that has had its SIGTERM: one is all that it gets, as a
        second one interrupts how it ends. Raises Unmet."""
        status = running.wait(patience())
        expect(
            status is not None,
            seen=f"{doing}. {patience():.0f} s after SIGTERM the consumer still runs;"
            " KAFKA_SECONDS is 2.",
            wanted="It ends within a few KAFKA_SECONDS: pauses that a signal ends, and a limit"
            " around all that waits for Kafka.",
        )
        expect(
            status == 0,
            seen=f"{doing}, and SIGTERM ended the consumer with status {status}.",
            wanted="0: loop.add_signal_handler(signal.SIGTERM, …), and an end as any other.",
        )

    # What the database does.

    @property
    def sqlite(self) -> SqliteDatabase:
        if not isinstance(self.database, SqliteDatabase):
            raise NotGraded("Not graded on PostgreSQL: the judge breaks the database as a file.")
        return self.database

    def refusing(self, user: int) -> AbstractContextManager[None]:
        """A database in which this user's statistics cannot be written, and all others can."""
        return refusing(self.database, "post_stats", "INSERT", "UPDATE", user=user)

    @contextmanager
    def without(self, table: str) -> Iterator[None]:
        """A database that lacks a table for a while: OperationalError for who needs it."""
        self.sqlite.execute(f"ALTER TABLE {table} RENAME TO judge_has_it")
        yield
        self.sqlite.execute(f"ALTER TABLE judge_has_it RENAME TO {table}")

    @contextmanager
    def unstorable(self, table: str) -> Iterator[None]:
        """A database that can be read, and in which no new row of a table can be stored:
        OperationalError for who tries."""
        overflow = "BEGIN SELECT abs(-9223372036854775807 - 1); END"
        self.sqlite.execute(f"CREATE TRIGGER judge_stores BEFORE INSERT ON {table} {overflow}")
        yield
        self.sqlite.execute("DROP TRIGGER judge_stores")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """A database that nobody else can write to."""
        with closing(sqlite3.connect(self.sqlite.file, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    def _is_settled(self, wanted: Counts) -> bool:
        """Whether there is nothing to wait for: all is well, or something counts twice."""
        found = self.stats()
        zeros = (0, 0, 0)
        if any(
            count > most
            for user, counts in found.items()
            for count, most in zip(counts, wanted.get(user, zeros), strict=True)
        ):
            return True
        return (
            found == wanted and self.broker.lag(GROUP, TOPIC) == 0 and self._ids_are_stored()
        ) or self._have_ended()

    def _ids_are_stored(self) -> bool:
        return not self.knows_ids or self.processed() >= len(self.handled)

    def _have_ended(self) -> bool:
        return bool(self._running) and all(each.wait() is not None for each in self._running)

    def _told(self) -> str:
        if not self._have_ended():
            return ""
        running = self._running[-1]
        last = running.printed().strip().splitlines()[-1:]
        said = f": {shown(last[0], 300)}" if last else "."
        return f" The consumer ended with status {running.status}{said}"


def file_of(database: Database) -> str | None:
    """Where a SQLite database is."""
    return str(database.file) if isinstance(database, SqliteDatabase) else None


def headers_of(message: Message) -> dict[str, str]:
    """A message's headers, as texts."""
    return {name: (value or b"").decode(errors="replace") for name, value in message.headers}


def _written(event: dict[str, Any]) -> tuple[str, str]:
    """An event's value and key."""
    return json.dumps(event), str(event["data"].get("id", ""))


def _counted(counts: Sequence[int] | None) -> str:
    if counts is None:
        return "no row"
    names = ("created", "updated", "deleted")
    return ", ".join(f"{name} = {count}" for name, count in zip(names, counts, strict=True))


@pytest.fixture
def stream(
    broker: Broker, migrated: Database, launch: Launch, project: Project, rng: random.Random
) -> Stream:
    """The topic of this check, whose events the judge writes itself."""
    return Stream(broker, migrated, launch, project, rng)
