"""Events as lesson 15 fixes them: where a service stores, sends and describes them."""

import json
import re
import signal
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from checker.judge import Overdue, Unmet, expect, free_port
from checker.judge.busy import busy
from checker.judge.claim import shown
from checker.judge.databases.sqlite import SqliteDatabase
from checker.judge.evidence import (
    Broker,
    Database,
    Http,
    Launch,
    Message,
    Project,
    Running,
    body,
    summarize,
)
from kit import rows
from kit.accounts import Accounts
from kit.posts_api import POSTS, USERS

TOPIC = "posts.events"
CREATED, UPDATED, DELETED = "post.created", "post.updated", "post.deleted"
FIELDS = ("id", "title", "content", "published", "user_id")
RELAY = "app.kafka.relay"
CONTAINED = "relay_in_a_container"
AS_FIRST = f"""
import os, platform, runpy, socket, uuid

name = os.environ["HOSTNAME"]
os.getpid = lambda: 1
socket.gethostname = socket.getfqdn = platform.node = lambda *_: name
uuid.getnode = lambda: hash(name) % 2**48
runpy.run_module({RELAY!r}, run_name="__main__", alter_sys=True)
"""
"""The first process of a container is number 1, in each."""
HOST = "127.0.0.1"
SLUGGISH = 0.6
"""Of KAFKA_SECONDS: what a slow Kafka takes for an answer, no more than anybody waits."""
GLANCE = 2.0
"""Seconds between two looks at whether there is still somebody to wait for."""
LEAST, AGAIN = 0.4, 5
"""A relay that has failed so often in the same way will not send any more: after so much of the
time that it has, longer than a lease or the coming back of Kafka takes."""
FLOOD, FEW = 10, 500
"""So many times as many messages as changes, and so many more: now and then one comes twice."""
FORGOTTEN = "what Kafka has acknowledged is deleted, or marked, and not read again."
AGAIN_AND_AGAIN = (
    "Everybody who reads has each event again and again, and the new ones behind them."
)
MANY = 100
"""Posts of a user whose deletion is slow where each event is flushed by itself."""


def patience() -> float:
    """Seconds within which an event must come, and a process start or end. A service that is right
    needs a fraction of it."""
    return 30.0 * busy()


def moment() -> float:
    """Seconds in which a relay finds what waits, and a mistake that it makes then happens."""
    return 1.5 * busy(4.0)


@dataclass(frozen=True)
class Event:
    """An event that is on the topic."""

    message: Message
    id: str
    type: str
    data: dict[str, Any]
    envelope: dict[str, Any]

    @property
    def key(self) -> str:
        return (self.message.key or b"").decode(errors="replace")

    @property
    def told(self) -> tuple[str, dict[str, Any]]:
        """What it says, whenever it was sent and however often."""
        return self.type, self.data


class Changes:
    """Changes posts over HTTP as their authors, and remembers the events that there must be."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.http: Http = accounts.http
        self.events: list[tuple[str, dict[str, Any]]] = []
        """Type and data of each, in the order of the changes."""
        self._users: dict[int, dict[str, Any]] = {}

    def user(self) -> dict[str, Any]:
        user = self.accounts.add()
        self._users[user["id"]] = user
        return user

    def create(self, user: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """A post of the user's, as its events describe it."""
        draft = self.accounts.draft(**changes)
        post = self._ask("POST", POSTS, user["id"], 201, json=draft)
        return self._tell(CREATED, {name: post.get(name) for name in FIELDS})

    def store(self, user: dict[str, Any], count: int) -> list[dict[str, Any]]:
        """Posts of the user's, as rows that nobody has told of."""
        start = 10_000 + user["id"] * 5_000
        made = [rows.post(start + n, f"Title {n}", user["id"]) for n in range(count)]
        rows.insert(self.accounts.database, "posts", made)
        return [{name: post[name] for name in FIELDS} for post in made]

    def update(self, post: dict[str, Any], **changes: Any) -> dict[str, Any]:
        self._ask("PATCH", f"{POSTS}/{post['id']}", post["user_id"], 200, json=changes)
        return self._tell(UPDATED, {**post, **changes})

    def delete(self, post: dict[str, Any]) -> None:
        self._ask("DELETE", f"{POSTS}/{post['id']}", post["user_id"], 204)
        self._tell(DELETED, post)

    def publish(self, posts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Publish posts of one user's at once. Those that are drafts change."""
        ids = [post["id"] for post in posts]
        self._ask("POST", f"{POSTS}/publish", posts[0]["user_id"], 200, json={"ids": ids})
        return [
            post if post["published"] else self._tell(UPDATED, {**post, "published": True})
            for post in posts
        ]

    def delete_user(self, user: dict[str, Any], posts: Sequence[dict[str, Any]]) -> None:
        """Delete a user who has these posts."""
        try:
            self._ask("DELETE", f"{USERS}/{user['id']}", user["id"], 204)
        except Overdue as error:
            if len(posts) < MANY:
                raise
            raise Unmet(
                f"{error.seen} The user has {len(posts)} posts, so that the deletion stores"
                f" {len(posts)} events.",
                IN_ONE_FLUSH,
                why=SLOW,
            ) from error
        for post in posts:
            self._tell(DELETED, post)

    def answer(self, method: str, url: str, user_id: int, **options: Any) -> httpx.Response:
        """The answer to what a user asks for, whatever it is."""
        headers = self.accounts.headers({"id": user_id})
        return self.http.request(method, url, headers=headers, **options)

    def _ask(self, method: str, url: str, user_id: int, status: int, **options: Any) -> Any:
        response = self.answer(method, url, user_id, **options)
        expect(
            response.status_code == status,
            seen=f"{method} {url} was answered with {summarize(response)}",
            wanted=f"{status}.",
        )
        return body(response) if response.content else None

    def _tell(self, kind: str, post: dict[str, Any]) -> dict[str, Any]:
        self.events.append((kind, dict(post)))
        return post


IN_ONE_FLUSH = (
    "An answer within that time, however many posts there are: DELETE … RETURNING for the posts,"
    " session.add_all(…) for their events, and one flush for all of them."
)
SLOW = (
    "A user may have thousands of posts. A flush for each event takes longer than anybody waits,"
    " and nobody else can write meanwhile."
)


@contextmanager
def held(database: Database, marker: str) -> Iterator[None]:
    """Meanwhile, who stores an event that holds this text waits before its commit, on PostgreSQL.
    SQLite has one writer at a time, so that nobody is in front of who commits."""
    key = int.from_bytes(marker.encode()[-6:])
    database.execute(
        "CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF"
        f" strpos(NEW::text, '{marker}') > 0 THEN PERFORM pg_advisory_xact_lock_shared({key});"
        " END IF; RETURN NULL; END $$"
    )
    database.execute(
        "CREATE CONSTRAINT TRIGGER held AFTER INSERT ON outbox_events DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION held()"
    )
    database.execute("SELECT pg_advisory_lock(?)", key)
    try:
        yield
    finally:
        database.execute("SELECT pg_advisory_unlock(?)", key)


class Events:
    """A check's topic, the relays that fill it, and the service whose changes they tell of."""

    def __init__(self, broker: Broker, changes: Changes, launch: Launch, project: Project) -> None:
        self.broker = broker
        self.changes = changes
        self._launch = launch
        self._project = project
        self._machines = 0
        self._relays: list[Running] = []
        self._serves = False
        broker.topic(TOPIC, partitions=3)
        self.seconds = 2.0 * busy(4.0)
        """KAFKA_SECONDS: as long as a right one needs on this machine."""
        project.env.update({"KAFKA_SECONDS": f"{self.seconds:.1f}", "OUTBOX_SECONDS": "0.1"})

    def serve(self, *, relaying: bool = False, **setup: Any) -> None:
        """Start the application, which relays by itself or knows of no Kafka."""
        env = self._project.env
        known = env["KAFKA_BOOTSTRAP_SERVERS"]
        env["KAFKA_BOOTSTRAP_SERVERS"] = known if relaying else ""
        self.changes.http.start(**setup)
        self._serves = relaying
        env["KAFKA_BOOTSTRAP_SERVERS"] = known

    def relay(
        self,
        *,
        ready: bool = False,
        contained: bool = False,
        level: str = "",
        anew: bool = False,
    ) -> Running:
        """Start a relay; where it is to be `ready`, have it send an event of a new post first.

        One that is `contained` is the first process of a machine of its own, by what it can tell.
        One with a `level` is to log from there on. One that is started `anew` has an interpreter of
        its own, in which a text's hash is another.
        """
        if contained:
            self._machines += 1
            self._project.write(f"{CONTAINED}.py", AS_FIRST)
            module, env = CONTAINED, {"HOSTNAME": f"relay-{self._machines:012x}"}
        else:
            module, env = RELAY, {"LOG_LEVEL": level} if level else {}
        running = self._launch(module, env=env, often=not anew)
        self._relays.append(running)
        if ready:
            self.changes.create(self.changes.user())
            self.expect_all("A relay was started beside the application, and a post was created.")
        return running

    def application(self) -> Running:
        """Start the application once more, as a process that relays by itself, and wait until it
        answers, for as long as a busy machine takes."""
        port = free_port()
        running = self._launch("uvicorn", "app.main:app", "--host", HOST, "--port", str(port))
        self._relays.append(running)
        until = time.monotonic() + patience()
        while running.wait(0.1) is None and time.monotonic() < until:
            with suppress(OSError), socket.create_connection((HOST, port), 1.0):
                break
        return running

    def halt(self, *relays: Running) -> None:
        """Stop relays by SIGSTOP, where none of them is in the middle of a transaction: it would
        keep others from the database for as long."""
        until = time.monotonic() + moment()
        while True:
            for each in relays:
                each.signal(signal.SIGSTOP)
            if not _is_locked(self.changes.accounts.database) or time.monotonic() > until:
                break
            for each in relays:
                each.signal(signal.SIGCONT)
            time.sleep(moment() / 20)

    @contextmanager
    def slowly(self, seconds: float) -> Iterator[None]:
        """A Kafka that takes so long for each answer."""
        self.broker.slow(seconds)
        yield
        self.broker.slow(0.0)

    def patient(self) -> None:
        """Have all that is started from now on wait for Kafka as long as ever a check takes."""
        self._project.env["KAFKA_SECONDS"] = "60"

    def looking(self, every: float) -> None:
        """Have all that is started from now on look at the outbox so seldom, in seconds."""
        self._project.env["OUTBOX_SECONDS"] = str(every)

    def at(self, address: str) -> None:
        """Have all that is started from now on look for Kafka there."""
        self._project.env["KAFKA_BOOTSTRAP_SERVERS"] = address

    def read(self) -> list[Event]:
        """What the topic holds, each a claim that has been looked at. Raises Unmet."""
        self._expect_no_flood()
        return [event_of(message) for message in self.broker.messages(TOPIC)]

    def _expect_no_flood(self) -> None:
        """Expect not many times more messages than changes: to read them all takes too long."""
        count, changes = sum(self.broker.ends(TOPIC).values()), len(self.changes.events)
        expect(
            count <= FLOOD * changes + FEW,
            seen=f"The topic holds {count:,} messages, of {changes} change{'s' * (changes != 1)}.",
            wanted=f"One for each, and hardly any twice: {FORGOTTEN}",
            why=AGAIN_AND_AGAIN,
        )

    def expect_all(self, doing: str, wanted: str = "") -> list[Event]:
        """Wait until every change is told; tell what is missing. Raises Unmet. The wait is over
        where all who could send have ended, and sooner where one fails the same way again and
        again."""
        broker, changes, seconds = self.broker, self.changes.events, patience()
        until, count = time.monotonic() + seconds, len(changes)
        known = self._complaints()
        while True:  # where some came twice, all are there when more than so many are
            self._expect_no_flood()
            rest = max(0.0, until - time.monotonic())
            again = rest < seconds * (1 - LEAST) and self._complain_again(known)
            rest = 0.0 if again or self._have_ended() else rest
            found = [event_of(each) for each in broker.wait_for(TOPIC, count, min(rest, GLANCE))]
            if len(found) >= count:
                if not missing(changes, [event.told for event in found]):
                    break
                count = len(found) + 1
            elif rest <= GLANCE:
                break
        lost = missing(changes, [event.told for event in found])
        if lost:
            names = ", ".join(_name(each) for each in lost[:3])
            others = sorted({*broker.names()} - {broker.prefix + TOPIC})
            elsewhere = f" There are the topics {', '.join(others[:3])}, too." if others else ""
            near = [event for event in found if event.type == lost[0][0]]
            near = [event for event in near if event.data.get("id") == lost[0][1]["id"]]
            instead = f" There is one that says {shown(near[-1].data, 300)}." if near else ""
            took = max(1.0, seconds - (until - time.monotonic()))
            raise Unmet(
                f"{doing} Of {len(changes)} events {len(lost)} did not come within"
                f" {took:.0f} s: {names} with data = {shown(lost[0][1], 300)}."
                f"{instead}{elsewhere}{self._told()}",
                wanted or f"Each event on the topic {broker.prefix}{TOPIC}, as the text says.",
            )
        return found

    def _have_ended(self) -> bool:
        """Whether there were relays, and none runs any more."""
        if self._serves or not self._relays:
            return False
        return all(each.wait() is not None for each in self._relays)

    def _complaints(self) -> Counter[str]:
        """How often the relays have printed each line that names an error, numbers aside."""
        lines = (line for each in self._relays for line in each.printed().splitlines())
        return Counter(re.sub(r"[\da-f]+", "", line) for line in lines if "Error" in line)

    def _complain_again(self, known: Counter[str]) -> bool:
        more = self._complaints() - known
        return max(more.values(), default=0) >= AGAIN

    def _told(self) -> str:
        if not self._have_ended():
            return ""
        last = self._relays[-1]
        printed = last.printed().strip().splitlines()[-1:]
        said = f": {shown(printed[0], 300)}" if printed else "."
        return f" The relay has ended with status {last.status}{said}"


def event_of(message: Message) -> Event:
    """A message as an event. Raises Unmet where it is none."""
    envelope = message.json(dict)
    for name, kind in (("id", str), ("type", str), ("version", int), ("data", dict)):
        value = envelope.get(name)
        expect(
            isinstance(value, kind) and not isinstance(value, bool),
            seen=f"The message at {message.place} has {name} = {value!r}, in"
            f" {shown(message.text, 300)}.",
            wanted="An envelope: id, type, version, occurred_at, data.",
        )
    return Event(message, envelope["id"], envelope["type"], envelope["data"], envelope)


def missing(
    changes: Sequence[tuple[str, dict[str, Any]]], told: Sequence[tuple[str, dict[str, Any]]]
) -> list[tuple[str, dict[str, Any]]]:
    """Changes of which no event tells."""
    known = {json.dumps(each, sort_keys=True) for each in told}
    return [each for each in changes if json.dumps(each, sort_keys=True) not in known]


def in_order(events: Sequence[Event], changes: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Expect each post's events in one partition, and in the order of its changes, those that come
    again left out."""
    for key in {str(data["id"]) for _, data in changes}:
        places = {event.message.partition for event in events if str(event.data.get("id")) == key}
        expect(
            len(places) < 2,
            seen=f"The events of post {key} are in the partitions {sorted(places)}.",
            wanted="One, whichever process sends them: a partition is chosen by the key, the same"
            " way everywhere, as producers do by themselves. Python's hash(…) of a text is another"
            " in each process.",
        )
        wanted = [each for each in changes if str(each[1]["id"]) == key]
        found: list[tuple[str, dict[str, Any]]] = []
        for event in events:
            if str(event.data.get("id")) == key and event.told not in found:
                found.append(event.told)
        known = [each for each in found if each in wanted]
        expect(
            known == wanted,
            seen=f"Post {key} was changed so: {_steps(wanted)}. Its events came so:"
            f" {_steps(known)}.",
            wanted="Each post's events in the order of its changes: one key, one after the other,"
            " and nothing that is sent beside what waits for its acknowledgement.",
        )


def once(events: Sequence[Event], changes: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Expect one event for each change and no other, and no id twice for two of them."""
    for event in events:
        expect(
            event.told in changes,
            seen=f"There is an event {event.type} with data = {shown(event.data, 300)}, of which"
            " there was no change.",
            wanted="Events of what has been committed, and of nothing else.",
        )
    ids = {event.id for event in events}
    expect(
        len(ids) == len(changes),
        seen=f"{len(changes)} changes have events with {len(ids)} different ids.",
        wanted="One event for each change, with an id of its own, which is made when the event is"
        " stored.",
    )


def count_of(database: Database) -> int:
    """How many rows the outbox has. Raises Unmet where there is none."""
    names = _tables(database)
    if "outbox_events" not in names:
        raise Unmet(
            f"After `alembic upgrade head` there are the tables {', '.join(sorted(names))}.",
            "A table outbox_events, made by a migration.",
        )
    [row] = database.query("SELECT count(*) AS n FROM outbox_events")
    found: int = row["n"]
    return found


def is_kept(database: Database, mark: str) -> bool:
    """Whether a table beside that of posts holds this text: of those of a SQLite file, or the
    outbox."""
    values = (
        value
        for table in _tables(database) - {"posts"}
        for row in database.query(f"SELECT * FROM {table}")  # noqa: S608  # its own names
        for value in row.values()
    )
    return any(
        mark in (value.decode(errors="replace") if isinstance(value, bytes) else str(value))
        for value in values
    )


def _tables(database: Database) -> set[str]:
    """The tables of a SQLite file; of another database, the one that must be there."""
    if not isinstance(database, SqliteDatabase):
        return {"outbox_events"}
    return {row["name"] for row in database.query(TABLES)}


def adds(database: Database, before: int, wanted: int, doing: str, advice: str = "") -> int:
    """Expect so many events more than before. Gives how many there are."""
    found = count_of(database)
    expect(
        found - before == wanted,
        seen=f"{doing}, and outbox_events has {rows_more(found - before)}.",
        wanted=f"{wanted}. {advice}".strip(),
    )
    return found


def written_at_once(http: Http, asked: Sequence[tuple[str, str, dict[str, Any]]]) -> int:
    """Ask for all of this at the same moment: how many requests have created something (201).

    The deletions are asked for once more afterwards: SQLite may have been too busy for one of them.
    """
    answers = http.together(asked)
    for method, url, options in asked:
        if method == "DELETE":
            http.request(method, url, **options)
    return sum(isinstance(each, httpx.Response) and each.status_code == 201 for each in answers)


def rows_more(count: int) -> str:
    """So many rows more, or fewer, for a sentence."""
    return f"{abs(count)} {'row' if abs(count) == 1 else 'rows'} {'fewer' if count < 0 else 'more'}"


TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def _is_locked(database: Database) -> bool:
    """Whether somebody keeps all others from writing."""
    if not isinstance(database, SqliteDatabase):
        return False
    with closing(sqlite3.connect(database.file, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
    return False


@contextmanager
def refusing(
    database: Database, table: str, *verbs: str, user: int | None = None
) -> Iterator[None]:
    """A database in which nothing changes this table, by those verbs; or no new row of a user's."""
    names = [f"judge_{table}_{verb.lower()}" for verb in verbs]
    postgresql = not isinstance(database, SqliteDatabase)
    if postgresql:
        database.execute(
            "CREATE OR REPLACE FUNCTION judge_refuses() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'disk I/O error'; END $$"
        )
    what = "EXECUTE FUNCTION judge_refuses()" if postgresql else REFUSAL
    when = "" if user is None else f"WHEN (NEW.user_id = {user:d}) "
    for name, verb in zip(names, verbs, strict=True):
        database.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW {when}{what}"
        )
    yield
    for name in names:
        database.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))


REFUSAL = "BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END"


def _name(change: tuple[str, dict[str, Any]]) -> str:
    kind, data = change
    return f"{kind} of {kind.partition('.')[0]} {data['id']}"


def _steps(told: Sequence[tuple[str, dict[str, Any]]]) -> str:
    return ", ".join(f"{kind.partition('.')[2]} {data.get('title')!r}" for kind, data in told[:8])


@pytest.fixture
def changes(accounts: Accounts) -> Changes:
    """Changes of posts, and the events that they must have."""
    return Changes(accounts)


@pytest.fixture
def events(broker: Broker, changes: Changes, launch: Launch, project: Project) -> Events:
    """The topic of this check, and what fills it."""
    return Events(broker, changes, launch, project)
