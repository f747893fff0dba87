"""Two relays at once."""

import signal
from typing import Any

from checker.judge import check, expect
from checker.judge.evidence import Running
from kit.events import Changes, Events, in_order, moment, once

MANY = 8
"""Events that wait for Kafka."""


@check(
    title="Two relays do not send everything twice, nor in another order",
    items=["topic.kafka"],
    why="Two workers, or a deployment that overlaps with the last one, are two relays.",
    read="Two relays",
    needs=["15.order", "15.held"],
)
def test_two(events: Events, changes: Changes):
    broker = events.broker
    broker.needs_faults()
    events.serve()
    events.patient()
    _two_relays(events)
    me = changes.user()
    with broker.frozen():  # what waits is seen by both
        posts = [changes.create(me, published=False) for _ in range(12)]
        for number in range(3):
            posts = [changes.update(post, title=f"{number} of {post['id']}") for post in posts]
        posts = changes.publish(posts)
    found = events.expect_all("Kafka did not answer for a while, and two relays waited for it.")
    for number in range(3, 5):
        posts = [changes.update(post, title=f"{number} of {post['id']}") for post in posts]
    found = events.expect_all("Two relays ran.")
    once(found, changes.events)
    count, doubled = len(changes.events), len(found) - len(changes.events)
    expect(
        doubled <= count // 4,
        seen=f"Two relays ran: of {count} events {doubled} came a second time.",
        wanted="Hardly any: of two relays one sends an event, by an UPDATE that only one of them"
        " wins.",
    )
    in_order(found, changes.events)


def _two_relays(events: Events) -> list[Running]:
    """Start two, as the first processes of two containers, and wait until both have a producer."""
    relays = [events.relay(ready=True, contained=True), events.relay(contained=True)]
    if events.broker.kind == "embedded":
        events.broker.until(lambda: _producers(events) >= 2, 20.0)
    else:
        relays[1].wait(5.0)  # in which it starts
    return relays


def _producers(events: Events) -> int:
    """How many idempotent producers have been started."""
    return [kind for kind, _ in events.broker.requests()].count("InitProducerId")


@check(
    title="An outage that is longer than a relay's turn has nothing sent twice",
    items=["topic.kafka"],
    why="A turn that ends while its events are on their way is two turns at once.",
    read="Two relays",
    needs=["15.two"],
)
def test_turn(events: Events, changes: Changes):
    broker = events.broker
    broker.needs_faults()
    events.serve()
    relays = _two_relays(events)
    me, before = changes.user(), len(events.read())
    for relay in relays:
        relay.signal(signal.SIGSTOP)  # so that whoever has the turn finds all of them
    for _ in range(MANY):
        changes.create(me)
    with broker.outage():
        for relay in relays:
            relay.signal(signal.SIGCONT)
        relays[1].wait(4 * events.seconds)  # a turn is three KAFKA_SECONDS at most
    doing = f"Kafka was away for {4 * events.seconds:.0f} s, and two relays waited for it."
    events.expect_all(doing)
    broker.until(lambda: len(events.read()) > before + 2 * MANY, moment())
    doubled = len(events.read()) - before - MANY
    expect(
        doubled <= MANY // 2,
        seen=f"{doing} Of {MANY} events {doubled} came a second time.",
        wanted="Hardly any: whoever has the turn prolongs it as long as an event of theirs is on"
        f" its way, also for as long as KAFKA_SECONDS={events.seconds:.0f} allows.",
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
    relays = [events.relay(ready=True), events.relay()]
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
            relays.append(events.relay())
        events.expect_all(
            "Of two relays one was killed, while events waited.",
            "The other sends them: a lease has an end, three KAFKA_SECONDS later at most.",
        )
    in_order(events.read(), changes.events)
