"""Two relays at once."""

import signal
from collections.abc import Callable, Sequence
from typing import Any

from checker.judge import check, expect
from checker.judge.evidence import Running
from kit.events import SLUGGISH, Changes, Events, in_order, moment, once, patience

MANY = 8
"""Events that wait for Kafka: if it is slow, longer than a turn."""
ON_ITS_WAY = 1
"""Events that a relay which is ended may have sent and not marked."""
TURNS = 2
"""How often Kafka goes away, at most, until none comes a second time."""


@check(
    title="Two relays do not send everything twice, nor in another order",
    items=["topic.kafka"],
    why="Two workers, or a deployment that overlaps with the last one, are two relays.",
    read="Two relays",
    needs=["15.order", "15.held"],
)
def test_two(events: Events, changes: Changes):
    events.broker.needs_faults()
    events.serve()
    events.patient()
    _as_one(events, changes, contained=True)
    _as_one(events, changes, contained=False)


def _as_one(events: Events, changes: Changes, *, contained: bool) -> None:
    """Expect of two relays that they do the work of one."""
    where = "" if contained else " on one machine"
    relays = _started(events, contained=contained)
    known, before = len(changes.events), len(events.read())
    me = changes.user()
    with events.broker.frozen():  # what waits is seen by both
        posts = [changes.create(me, published=False) for _ in range(12)]
        for number in range(3):
            posts = [changes.update(post, title=f"{number} of {post['id']}") for post in posts]
        posts = changes.publish(posts)
    events.expect_all(f"Kafka did not answer for a while, and two relays{where} waited for it.")
    for number in range(3, 5):
        posts = [changes.update(post, title=f"{number} of {post['id']}") for post in posts]
    found = events.expect_all(f"Two relays ran{where}.")
    once(found, changes.events)
    count = len(changes.events) - known
    doubled = len(found) - before - count
    expect(
        doubled <= count // 4,
        seen=f"Two relays ran{where}: of {count} events {doubled} came a second time.",
        wanted="Hardly any: of two relays one sends an event, by an UPDATE that only one of them"
        " wins; and none has the name of another, not on one machine and not in two containers.",
    )
    in_order(found, changes.events)
    for relay in relays:
        relay.end(moment())


def _started(events: Events, count: int = 2, *, contained: bool = False) -> list[Running]:
    """Start so many, the first of which has sent something, and wait until all have a producer: on
    one machine, or as the first processes of containers."""
    embedded = events.broker.kind == "embedded"
    known = _asked(events, "InitProducerId") if embedded else 0
    relays = [events.relay(ready=not number, contained=contained) for number in range(count)]
    if embedded:
        wanted = known + count
        events.broker.until(lambda: _asked(events, "InitProducerId") >= wanted, 20.0)
    else:
        relays[-1].wait(5.0)  # in which it starts
    return relays


def _asked(events: Events, kind: str) -> int:
    """How many such requests there were: one of the kind InitProducerId for each producer that is
    idempotent."""
    return [each for each, _ in events.broker.requests()].count(kind)


@check(
    title="What takes longer than a relay's turn is not sent twice",
    items=["topic.kafka"],
    why="A turn that ends while its events are on their way is two turns at once.",
    read="Two relays",
    needs=["15.two"],
)
def test_turn(events: Events, changes: Changes):
    broker = events.broker
    broker.needs_faults()
    events.serve()
    relays = _started(events)
    doubled = _at_best(lambda: _doubled_when_away(events, changes, relays), 0)
    expect(
        not doubled,
        seen=f"{_away(events)} Of {MANY} events {doubled} came a second time, and each time that"
        f" this was done some did, {TURNS} times.",
        wanted="None because there are two: whoever has the turn prolongs it as long as an event of"
        f" theirs is on its way, also for as long as KAFKA_SECONDS={events.seconds:.0f} allows.",
    )
    if broker.kind == "embedded":
        for relay in relays:
            relay.end(moment())
        doubled = _at_best(lambda: _doubled_when_slow(events, changes), ON_ITS_WAY)
        expect(
            doubled <= ON_ITS_WAY,
            seen=f"{_slowly(events)} {doubled} events came a second time, and each time that this"
            f" was done some did, {TURNS} times.",
            wanted="None, or what was on its way from the one that was ended: whoever has the turn"
            " prolongs it before each event, who gets it looks at the outbox then and not before,"
            " and a relay that ends gives back its own turn, and no other's.",
        )


def _at_best(doubled: Callable[[], int], most: int) -> int:
    """How many events come a second time, once it is no more than that, or the last time: now and
    then an outage has one sent twice by itself."""
    for _ in range(TURNS):
        found = doubled()
        if found <= most:
            break
    return found


def _doubled_when_away(events: Events, changes: Changes, relays: Sequence[Running]) -> int:
    """How many come a second time, where Kafka is away for longer than a turn lasts."""
    before = _piled_up(events, changes, relays)
    with events.broker.outage():
        for relay in relays:
            relay.signal(signal.SIGCONT)
        relays[1].wait(4 * events.seconds)  # a turn is three KAFKA_SECONDS at most
    return _doubled(events, before, _away(events))


def _doubled_when_slow(events: Events, changes: Changes) -> int:
    """How many come a second time, where each event takes its time, and a relay that stands by is
    ended."""
    first, leaving, last = relays = _started(events, 3)
    before = _piled_up(events, changes, relays)
    sent = _asked(events, "Produce")
    with events.slowly(SLUGGISH * events.seconds):
        first.signal(signal.SIGCONT)  # it has the turn before the others look
        events.broker.until(lambda: _asked(events, "Produce") > sent, patience())
        for relay in (leaving, last):
            relay.signal(signal.SIGCONT)
        leaving.wait(events.seconds)
        leaving.signal(signal.SIGTERM)
        last.wait(3 * events.seconds)
    events.expect_all(_slowly(events))
    first.end(moment())  # and what has the turn now may have looked at the outbox long ago
    doubled = _doubled(events, before, _slowly(events))
    for relay in relays:
        relay.end(moment())
    return doubled


def _piled_up(events: Events, changes: Changes, relays: Sequence[Running]) -> int:
    """Stop the relays, so that whoever goes on first finds all events that are created now: how
    many messages there were before."""
    me, before = changes.user(), len(events.read())
    events.halt(*relays)
    for _ in range(MANY):
        changes.create(me)
    return before


def _doubled(events: Events, before: int, doing: str) -> int:
    """How many of the events that were created since come a second time."""
    events.expect_all(doing)
    events.broker.until(lambda: len(events.read()) > before + 2 * MANY, moment())
    return len(events.read()) - before - MANY


def _away(events: Events) -> str:
    return f"Kafka was away for {4 * events.seconds:.0f} s, and two relays waited for it."


def _slowly(events: Events) -> str:
    return (
        f"Three relays ran, Kafka took {SLUGGISH * events.seconds:.1f} s for each of {MANY} events,"
        " and one was ended by SIGTERM meanwhile, and another after it."
    )


@check(
    title="Where a relay dies, the other goes on",
    items=["topic.kafka"],
    why="A turn that nobody ends is an outbox that nobody empties.",
    read="Two relays",
    needs=["15.two"],
)
def test_takes_over(events: Events, changes: Changes):
    broker = events.broker
    broker.needs_faults()
    events.serve()
    relays = [events.relay(ready=True, anew=True), events.relay(anew=True)]
    posts: list[dict[str, Any]] = []
    for round_ in range(2):
        me = changes.user()
        broker.down()
        posts += [changes.create(me) for _ in range(4)]
        for number, post in enumerate(posts):
            posts[number] = changes.update(post, title=f"Changed {round_} of {post['id']}")
        relays.pop(0).signal(signal.SIGKILL)
        broker.up()
        if round_:
            relays.append(events.relay(anew=True))
        events.expect_all(
            "Of two relays one was killed, while events waited.",
            "The other sends them: a lease has an end, three KAFKA_SECONDS later at most.",
        )
    in_order(events.read(), changes.events)
