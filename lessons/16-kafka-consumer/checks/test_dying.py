"""Processes that die, or are stopped, at the wrong moment."""

import signal
import threading
import time
from contextlib import ExitStack, suppress
from typing import Any

import httpx

from checker.judge import check, expect, free_port
from checker.judge.evidence import Launch, Running
from kit import POSTS
from kit.accounts import Accounts
from kit.consuming import Stream, file_of, patience, starting
from kit.events import CREATED, TOPIC, UPDATED

BUFFERED = 200
"""Events that a consumer has fetched when it is stopped."""
FEW = 10
"""More of them may be handled until it has heard of it; a right one handles one or two."""


@check(
    title="A consumer that is killed in the middle of a batch loses nothing",
    items=["structure.kafka-consumer", "topic.kafka"],
    why="Whoever counts an event as done before it is done loses it when it dies.",
    read="After the effect, the offset",
    needs=["16.once"],
)
def test_killed(stream: Stream):
    stream.env["HANDLER_TRIES"] = "100"
    me = stream.user()
    with stream.refusing(me):
        last = _batch(stream, me)
        running = stream.start(ready=False)  # which fetches all five at once
        stream.broker.until(lambda: bool(stream.stats()), starting())
        _uncommitted(stream, last, 7.0, "runs")
        running.signal(signal.SIGKILL)
        running.wait(patience())
    stream.start(ready=False)
    stream.settle("A consumer was killed while it handled the third of five events.", starting())


@check(
    title="A consumer that dies between its two commits counts nothing twice",
    items=["topic.kafka"],
    why="The database and Kafka share no transaction: between the two there is always a moment.",
    read="If the process dies",
    needs=["16.once"],
)
def test_between(stream: Stream):
    broker = stream.broker
    broker.needs_faults()
    me = stream.user()
    running = stream.start()
    with ExitStack() as lock:
        lock.enter_context(stream.locked())
        stream.send(stream.event(me), 1)
        stream.send(stream.event(me, UPDATED), 2)
        running.wait(2.0)  # in which it reads them
        with broker.outage():  # so that nothing can be committed
            lock.close()
            broker.until(lambda: me in stream.stats(), patience() / 2)
            running.signal(signal.SIGKILL)
            running.wait(patience())
    stream.start(ready=False)
    stream.settle("A consumer was killed after it had stored an effect.", starting())


@check(
    title="SIGTERM ends a consumer, in the middle too, and nothing is lost",
    items=["structure.kafka-consumer"],
    why="What does not end in time is killed, at each deployment.",
    read="Stopping, and others",
    needs=["16.consumer"],
)
def test_stop(stream: Stream):
    broker = stream.broker
    broker.needs_faults()
    stream.env["HANDLER_TRIES"] = "100"
    running = stream.start()
    me = stream.user()
    with stream.refusing(me):
        last = _batch(stream, me)
        running.wait(2.0)  # in which it fails
        stream.ends(running, "An event failed again and again")
        _uncommitted(stream, last, 0.0, "was stopped")
    running = stream.start(ready=False)
    stream.settle("A consumer was stopped while it handled the third of five events.", starting())
    if file_of(stream.database):  # which can be locked
        _stopped_between(stream, running)
        running = stream.start()
    with broker.frozen():
        running.wait(1.0)
        stream.ends(running, "Kafka did not answer")


def _stopped_between(stream: Stream, running: Running) -> None:
    """Stop a consumer while it waits for the database with the first of many events, which it can
    handle then; expect that it leaves those that it has not begun, and that no more is committed
    than has had its effect."""
    me = stream.user()
    events = [stream.event(me, kind) for kind in (CREATED, *[UPDATED] * (BUFFERED - 1))]

    def done() -> int:
        return sum(stream.stats().get(me, ()))

    with stream.locked():
        first = stream.send_batch(events, 1)[0]
        running.wait(1.0)  # in which it begins
        running.signal(signal.SIGTERM)
        running.wait(0.5)  # in which it hears of it
    stream.broker.until(lambda: done() > 0 or running.wait() is not None, patience())
    begun = done()  # one, or a transaction of several
    stream.ended(running, "An event had to wait for the database")
    effects, committed = done(), stream.committed()[1]
    doing = (
        f"SIGTERM came while the consumer handled the first of {BUFFERED} events that it had"
        f" fetched together, at the offsets from {first} on."
    )
    expect(
        effects - begun <= FEW,
        seen=f"{doing} Once {begun} had had its effect, {effects - begun} more had theirs.",
        wanted="The one that it is at. What is fetched and not begun is left, for whoever comes"
        " next: look before each message whether it is time to stop, also where getone has one at"
        " once, and getmany many.",
        why="What is fetched may be thousands of events: who works them all off does not end in"
        " time, and is killed.",
    )
    expect(
        committed <= first + effects,
        seen=f"{doing} {effects} of them had their effect, and the group's offset of the partition"
        f" is {committed}.",
        wanted=f"{first + effects} at most: what was fetched and not handled is not committed.",
    )


def _batch(stream: Stream, failing: int) -> int:
    """Write five events, of which the third fails: its offset, in partition 1."""
    other = stream.user()
    kinds = ((other, CREATED), (other, CREATED), (failing, CREATED))
    later = ((other, UPDATED), (failing, UPDATED))
    events = [stream.event(user, kind) for user, kind in (*kinds, *later)]
    return stream.send_batch(events, 1)[2]


def _uncommitted(stream: Stream, last: int, seconds: float, how: str) -> None:
    """Expect that what fails is not committed."""
    stream.broker.until(lambda: stream.committed()[1] > last, seconds)
    committed = stream.committed()[1]
    expect(
        committed <= last,
        seen=f"The event at offset {last} cannot be handled yet. The consumer {how}, and the"
        f" group's offset of the partition is {committed}.",
        wanted=f"{last} at most: what is committed is not read again. enable_auto_commit=False,"
        " and commit({partition: message.offset + 1}) after the effect.",
    )


@check(
    title="Whenever a process dies between request and event, each change counts once",
    items=["topic.kafka", "endpoint.publish-events"],
    why="It is the whole of both lessons: no order of events is safe by itself.",
    read="If the process dies",
    needs=["16.killed"],
)
def test_points(stream: Stream, accounts: Accounts, launch: Launch):
    broker = stream.broker
    broker.needs_faults()
    me = accounts.add()
    service = Service(launch, accounts, me)
    running = service.start()
    with stream.locked():
        asked = service.ask()
        running.signal(signal.SIGKILL)  # before the commit
        running.wait(patience())
        asked.join(patience())
    stored = stream.database.query("SELECT count(*) AS n FROM posts")[0]["n"]
    expect(
        stored == 0,
        seen=f"The application died before its commit, and {stored} post(s) are stored.",
        wanted="None.",
    )
    running = service.start()
    broker.down()
    service.create()
    running.wait(2.0)  # in which a relay finds it
    running.signal(signal.SIGKILL)  # after the commit, before the event is sent
    running.wait(patience())
    broker.up()
    running = service.start()
    broker.wait_for(TOPIC, 1, patience())
    with broker.frozen():
        service.create()
        running.wait(2.0)  # in which the event is sent
        running.signal(signal.SIGKILL)  # before the relay has heard that Kafka has it
        running.wait(patience())
    service.start()
    stream.wanted[me["id"]] = [2, 0, 0]
    stream.start(ready=False)
    stream.settle(
        "The application was killed before its commit, after it, and while it sent the event.",
        starting(),
    )
    kinds = {message.json(dict).get("type") for message in broker.messages(TOPIC)}
    expect(
        kinds == {CREATED},
        seen=f"Two posts were created, and the topic holds {', '.join(map(str, kinds))}.",
        wanted=CREATED,
    )


class Service:
    """The application as a process that relays by itself, and what one user asks of it."""

    def __init__(self, launch: Launch, accounts: Accounts, user: dict[str, Any]) -> None:
        self._launch = launch
        self._accounts = accounts
        self._headers = accounts.headers(user)
        self._port = 0

    def start(self) -> Running:
        self._port = free_port()
        address = ("--host", "127.0.0.1", "--port", str(self._port))
        running = self._launch("uvicorn", "app.main:app", *address)
        end = time.monotonic() + starting()
        while running.wait() is None and time.monotonic() < end:
            with suppress(httpx.TransportError):
                httpx.get(self._url, timeout=starting(), trust_env=False)
                break
            time.sleep(0.1)
        return running

    def create(self) -> None:
        response = self._post()
        expect(
            response is not None and response.status_code == 201,
            seen=f"POST {POSTS} was answered with {response and response.status_code}.",
            wanted="201.",
        )

    def ask(self) -> threading.Thread:
        """Create a post that waits for the database."""
        thread = threading.Thread(target=self._post, daemon=True)
        thread.start()
        time.sleep(1.0)
        return thread

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self._port}{POSTS}"

    def _post(self) -> httpx.Response | None:
        with suppress(httpx.TransportError):
            draft = self._accounts.draft()
            return httpx.post(
                self._url, json=draft, headers=self._headers, timeout=starting(), trust_env=False
            )
        return None
