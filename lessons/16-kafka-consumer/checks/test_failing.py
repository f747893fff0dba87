"""Events and databases that fail."""

import time

from checker.judge import check, expect
from checker.judge.evidence import Running
from kit.consuming import DEAD_LETTERS, Stream, headers_of, patience, starting
from kit.events import CREATED, UPDATED
from kit.offline import URL

TRIES = 6
LEAST = 31 * 0.2 * 0.8
"""Seconds that the five pauses between six tries take, the first of 0.2 s; a fifth is forgiven."""
HALF = 3.0
"""Seconds: with pauses from 0.1 s on that double, a try begins five times in the first, once in the
next."""


@check(
    title="The effect and the event's id are stored together, or not at all",
    items=["topic.kafka", "topic.db-optimization"],
    why="Between two commits a process can die: what is then stored is half of the truth.",
    read="Once",
    needs=["16.once"],
)
def test_together(stream: Stream):
    stream.env["HANDLER_TRIES"] = "100"
    me, other = stream.user(), stream.user()
    running = stream.start()
    for number, broken in enumerate((stream.without, stream.unstorable)):
        with broken("processed_events"):
            before = stream.stats()
            stream.send(stream.event(me), number)
            running.wait(3.0)  # in which it fails
            now = stream.stats()
            expect(
                now == before,
                seen="processed_events cannot be written to. An event came, and post_stats says"
                f" {now.get(me)} of its user.",
                wanted="Nothing: both are in one transaction.",
            )
        stream.settle("processed_events could not be written to for some seconds.")
    for user, kind, partition in ((me, UPDATED, 1), (other, CREATED, 2)):
        with stream.refusing(user):
            known = stream.processed()
            stream.send(stream.event(user, kind), partition)
            running.wait(2.0)  # in which it fails
            expect(
                stream.processed() == known,
                seen="post_stats could not be written to when an event came, and processed_events"
                " has its id.",
                wanted="No row: an event without its effect is not processed.",
            )
        stream.settle("post_stats could not be written to for some seconds.")


@check(
    title="While the database does not work, nothing is put aside and nothing is lost",
    items=["topic.error-handling"],
    why="A database that is away for a minute would empty the whole topic into the dead letters.",
    read="What fails",
    needs=["16.consumer"],
)
def test_outage(stream: Stream):
    me = stream.user()
    running = stream.start()
    for number, table in enumerate(("post_stats", "processed_events")):
        doing = f"The database had no table {table} for a while (OperationalError)."
        with stream.without(table):
            before = _warnings(running)
            for partition in (number, number, 2):
                stream.send(stream.event(me), partition)
            stream.broker.until(lambda known=before: _warnings(running) > known, patience() / 2)
            running.wait(HALF)
            soon = _warnings(running) - before
            running.wait(HALF)
            late = _warnings(running) - before - soon
        stream.none_dead(doing)
        expect(
            soon + late >= 5,
            seen=f"{doing} From the first warning on, the consumer has printed {soon + late} lines"
            f" of the level WARNING in {2 * HALF:g} s; HANDLER_TRIES is 3, RETRY_SECONDS 0.1. Its"
            f" output ends: {running.printed()[-200:]!r}",
            wanted="A try after each pause, for as long as it takes, and a warning for each, with"
            " its level: main sets up the log (logging.json), as no server does it here.",
        )
        expect(
            2 * late <= soon,
            seen=f"{doing} RETRY_SECONDS is 0.1. In the first {HALF:g} s the consumer printed"
            f" {soon} warnings, and in the {HALF:g} s after that {late}.",
            wanted="Pauses that double, for the database's failures as for an event's: five tries,"
            " and then one.",
        )
        stream.settle(f"{doing} Now it has.")
        stream.none_dead(doing)
    running.end(patience())
    _without_a_server(stream)


def _without_a_server(stream: Stream) -> None:
    """Start a consumer over a PostgreSQL server that is not there, then one over the database."""
    doing = "The database was a PostgreSQL server that nobody has started."
    me, right = stream.user(), stream.env["DATABASE_URL"]
    stream.env["DATABASE_URL"] = URL
    running = stream.start(ready=False)
    stream.send(stream.event(me), 1)
    stream.broker.until(
        lambda: bool(stream.dead()) or _warnings(running) > 4 or running.wait() is not None,
        starting(),
    )
    stream.none_dead(
        f"{doing} asyncpg raises OSError, and errors of its own, which SQLAlchemy hands on as"
        " they are."
    )
    expect(
        running.wait() is None,
        seen=f"{doing} The consumer ended with status {running.status}. Its output ends:"
        f" {running.printed()[-200:]!r}",
        wanted="It tries again, until the database is there.",
    )
    running.end(patience())
    stream.env["DATABASE_URL"] = right
    stream.start(ready=False)
    stream.settle(f"{doing} Now it is another, which is there.", starting())


def _warnings(running: Running) -> int:
    return running.printed().upper().count("WARNING")


@check(
    title="An event that fails by itself is tried again with growing pauses, and then put aside",
    items=["topic.error-handling", "topic.kafka"],
    why="Without a pause the tries are over before anything can have changed; without an end one"
    " event stops all behind it.",
    read="What fails",
    needs=["16.consumer"],
)
def test_failing(stream: Stream):
    me, other = stream.user(), stream.user()
    stream.env |= {"HANDLER_TRIES": str(TRIES), "RETRY_SECONDS": "0.2"}
    running = stream.start()
    known = stream.processed()
    with stream.refusing(me):
        begun, beats = time.monotonic(), _beats(stream)
        event = stream.event(me)
        stream.send(event, 1, counts=0)
        found = stream.broker.wait_for(DEAD_LETTERS, 1, patience())
        took, beats = time.monotonic() - begun, _beats(stream) - beats
        expect(
            [message.json(dict)["id"] for message in found] == [event["id"]],
            seen=f"An event cannot be handled, whenever it is tried. After {took:.0f} s"
            f" {DEAD_LETTERS} holds {len(found)} message(s).",
            wanted="It, once it has failed HANDLER_TRIES times.",
        )
        expect(
            took >= LEAST,
            seen=f"An event fails. It was put aside {took:.1f} s after it came, with"
            f" HANDLER_TRIES={TRIES} and RETRY_SECONDS=0.2.",
            wanted="Six tries, with pauses of 0.2, 0.4, 0.8, 1.6 and 3.2 s between them.",
        )
        if stream.broker.kind == "embedded":
            expect(
                10 <= beats <= 10 * (took + 1),
                seen=f"While an event was tried again and again, for {took:.0f} s, the consumer"
                f" sent {beats} heartbeats; KAFKA_HEARTBEAT_SECONDS is 0.2.",
                wanted="Heartbeats that go on: await asyncio.sleep(…), and never time.sleep."
                if beats < 10
                else "Five in a second: aiokafka wants whole milliseconds, and int(seconds) * 1000"
                " makes none of 0.2 s.",
            )
        running.wait(HALF / 2)  # in which the last try is logged
        warned = _warnings(running)
        expect(
            warned >= TRIES,
            seen=f"An event failed {TRIES} times, and the consumer's output has {warned} lines of"
            " the level WARNING.",
            wanted=f"{TRIES}: one for each try, the last one too.",
        )
        stream.send(stream.event(me, UPDATED), 1)
        stream.send(stream.event(other), 1)
        stream.broker.until(
            lambda: _warnings(running) >= warned + 2 or len(stream.dead()) > 1, patience()
        )
    _has_its_tries(stream, me)
    stream.settle("One event was put aside; the two behind it can be handled by now.")
    expect(
        stream.processed() - known <= 2,
        seen="An event was put aside, and processed_events has a row for it.",
        wanted="None: or it has no effect either when somebody sends it again.",
    )
    told = headers_of(found[0])
    expect(
        "judge" in told.get("dlt-cause", "") or "Error" in told.get("dlt-cause", ""),
        seen=f"An event failed by an error of the database's, and was put aside with {told}.",
        wanted="dlt-cause says by what it failed.",
    )
    stream.send(event, 2)
    stream.settle("Once the event can be handled, it was sent again.")
    expect(
        running.wait() is None,
        seen=f"An event failed, and the consumer ended with status {running.status}.",
        wanted="It goes on.",
    )


def _has_its_tries(stream: Stream, user: int) -> None:
    """Expect that the event behind the one that was put aside, which can be handled by now, is."""
    stream.broker.until(lambda: user in stream.stats() or len(stream.dead()) > 1, patience())
    found = len(stream.dead())
    expect(
        found == 1,
        seen=f"An event failed {TRIES} times and was put aside. The one behind it failed once or"
        f" twice, and could be handled then: {DEAD_LETTERS} holds {found} messages.",
        wanted="One: each event has HANDLER_TRIES tries of its own, counted from 0.",
    )


def _beats(stream: Stream) -> int:
    if stream.broker.kind != "embedded":
        return 0
    return sum(kind == "Heartbeat" for kind, _ in stream.broker.requests())
