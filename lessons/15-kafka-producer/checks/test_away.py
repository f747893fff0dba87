"""Kafka goes and comes back, relays die: no event is lost, and no request waits."""

import re
import signal
import time
from typing import Any

from checker.judge import check, expect, free_port
from checker.judge.evidence import Running, summarize
from kit import POSTS
from kit.events import SLUGGISH, Changes, Events, in_order, is_kept, moment, once, patience
from kit.idle import rests
from kit.kafka_gate import Gate

TRIES = 7
PAUSE = 3.0
"""Seconds: the longest pause that is allowed, and one for the machine."""
SEVERAL = 12
"""Events: for all of them a slow Kafka takes longer than a request waits for a locked database."""
LARGE = 2 * 2**20
BEHIND = 120
"""Events behind one that is too large: more than a relay reads at a time."""
LOOK = 0.5
"""Seconds between two looks at the outbox."""
LEVEL = re.compile(r"\berror\b(?! \d)", re.IGNORECASE)
"""As a word, and not as Kafka numbers them: [Error 10] MessageSizeTooLargeError."""
BACKLOG = 4_000
"""Events of users who are deleted."""
EACH = 500
"""Posts of each of them: few enough for any way of storing their events."""


@check(
    title="The application starts and serves where there is no broker",
    items=["structure.kafka-producer"],
    why="Your readers do not need Kafka: an outage of it must not be one of yours.",
    read="When Kafka is away",
    needs=["15.lifespan", "15.order"],
)
def test_away(events: Events, changes: Changes):
    broker = events.broker
    broker.needs_faults()
    address = broker.bootstrap_servers
    events.at(f"127.0.0.1:{free_port()}")
    events.serve(relaying=True)
    changes.update(changes.create(changes.user()), title="With nobody there")
    changes.http.stop(gently=False)
    events.at(address)
    with broker.frozen():
        events.serve(relaying=True)
        post = changes.create(changes.user())
        changes.delete(changes.update(post, title="With somebody who says nothing"))
        time.sleep(1.5 * events.seconds)  # longer than anybody waits for an answer
    found = events.expect_all(
        "The application was started while Kafka was away, took connections and said nothing. Now"
        " it answers."
    )
    in_order(found, changes.events)


@check(
    title="When Kafka is back, the events follow",
    items=["topic.kafka"],
    why="What waits for a restart waits until somebody has noticed.",
    read="When Kafka is away",
    needs=["15.away", "15.held"],
)
def test_back(events: Events, changes: Changes):
    broker = events.broker
    broker.needs_faults()
    broker.down()
    events.serve(relaying=True)
    for round_ in range(2):
        me = changes.user()
        posts = [changes.create(me) for _ in range(3)]
        for number in range(2):
            posts = [changes.update(post, title=f"{number} of {post['id']}") for post in posts]
        changes.delete(posts[0])
        broker.up()
        found = events.expect_all(
            f"Kafka was away, and is back ({'once' if not round_ else 'for the second time'})."
        )
        in_order(found, changes.events)
        once(found, changes.events)
        broker.down()
    broker.up()


@check(
    title="A relay tries again, with a pause, and never gives up",
    items=["topic.kafka"],
    why="A loop without a pause fills the log and burns a processor; one that gives up loses what"
    " waits.",
    read="When Kafka is away",
    needs=["15.relay"],
)
def test_patience(events: Events, changes: Changes):
    broker = events.broker
    broker.needs_faults()
    events.serve()
    changes.create(changes.user())
    with Gate(broker.bootstrap_servers) as gate:
        events.at(gate.address)
        running = events.relay()
        came = gate.wait_for(TRIES, patience())
        expect(
            came >= TRIES,
            seen=f"Kafka broke off each connection. The relay tried {came} times in"
            f" {patience():.0f} s" + _ended(running),
            wanted=f"At least {TRIES} times: pauses of at most two seconds, for ever.",
        )
        expect(
            gate.seconds > 0.05 * (TRIES - 1),
            seen=f"Kafka broke off each connection, and the relay tried {TRIES} times within"
            f" {gate.seconds:.2f} s.",
            wanted="A pause before each new try: asyncio.sleep, or as long as OUTBOX_SECONDS.",
        )
        most = PAUSE + events.seconds
        expect(
            gate.longest < most,
            seen=f"Kafka broke off each connection. Between two tries of the relay's were"
            f" {gate.longest:.1f} s.",
            wanted="Two seconds at most, after fifty failed tries as after five: the events wait"
            " as long once Kafka is back.",
        )
        gate.open()
        events.expect_all(f"After {came} failed tries Kafka answered.")


def _ended(running: Running) -> str:
    status = running.wait()
    return "." if status is None else f", and then it ended with status {status}."


@check(
    title="An event is sent once Kafka has acknowledged it, and not before",
    items=["topic.kafka"],
    why="`await producer.send(…)` gives a future: the message is still in your process.",
    read="The producer",
    needs=["15.held"],
)
def test_acknowledged(events: Events, changes: Changes):
    broker = events.broker
    broker.needs_faults()
    events.serve()
    for round_ in range(2):
        running = events.relay(ready=True)
        broker.down()
        me = changes.user()
        for _ in range(2 + round_):
            changes.create(me)
        running.wait(moment())  # in which a relay finds them
        running.signal(signal.SIGKILL)
        running.wait(5.0)
        broker.up()
        running = events.relay()
        events.expect_all(
            "Events waited while Kafka was away, a relay was killed, and Kafka came back with"
            " another relay.",
            "Events that are marked or deleted once their future is done, and not before.",
        )
        running.stop()
    if broker.kind == "embedded":
        events.relay(ready=True)
        broker.refuse(2, "INVALID_RECORD")
        changes.create(changes.user())
        events.expect_all(
            "Kafka refused an event with an error (INVALID_RECORD), which is over by now.",
            "What Kafka has not acknowledged is not sent, whatever the error: await the future.",
        )


@check(
    title="Who waits for Kafka holds nothing",
    items=["topic.db-optimization"],
    why="A transaction that is open until Kafka answers keeps its locks for as long: SQLite has one"
    " for all, and a pool has few connections.",
    read="When Kafka is away",
    needs=["15.told"],
)
def test_held(events: Events, changes: Changes):
    broker = events.broker
    broker.needs_faults()
    events.serve()
    running = events.relay(ready=True)
    me = changes.user()
    with broker.frozen():
        for round_ in range(2):
            post = changes.create(me)
            running.wait(moment())  # in which a relay finds it
            response = changes.answer("POST", POSTS, me["id"], json=changes.accounts.draft())
            expect(
                response.status_code == 201,
                seen="While the relay waits for Kafka, which does not answer, a new post is"
                f" answered with {summarize(response)}",
                wanted="201: no transaction and no session is open while Kafka is waited for.",
            )
            changes.update(post, title=f"Meanwhile {round_}")
    events.expect_all("Kafka did not answer for a while, and does so now.")
    if broker.kind == "embedded":
        _held_between(running, events, changes)


def _held_between(running: Running, events: Events, changes: Changes) -> None:
    """Expect that nothing is held from one event to the next, where Kafka takes its time."""
    me = changes.user()
    events.halt(running)
    for _ in range(SEVERAL):
        changes.create(me)
    seconds = SLUGGISH * events.seconds
    with events.slowly(seconds):
        running.signal(signal.SIGCONT)
        running.wait(1.5 * seconds)  # in which the first is acknowledged
        response = changes.answer("POST", POSTS, me["id"], json=changes.accounts.draft())
    expect(
        response.status_code == 201,
        seen=f"Kafka takes {seconds:.1f} s for each of {SEVERAL} events. While a relay sends them,"
        f" a new post is answered with {summarize(response)}",
        wanted="201: what marks or deletes the first event is committed before the next is waited"
        " for.",
    )
    changes.create(me)
    events.expect_all("Kafka took its time, and is quick now.")


@check(
    title="An event that can never be sent does not stop the others",
    items=["topic.error-handling"],
    why="One post of two megabytes would be the last thing that anybody hears of you.",
    read="When Kafka is away",
    needs=["15.told"],
)
def test_too_large(events: Events, changes: Changes):
    events.serve()
    events.looking(every=LOOK)
    me, leaving = changes.user(), changes.user()
    _create_too_large(changes, me, LARGE * "x")
    changes.delete_user(leaving, changes.store(leaving, BEHIND))
    running = events.relay()
    events.expect_all(
        f"A post that is longer than a megabyte was created, {BEHIND} others were deleted, and then"
        " a relay was started.",
        "except MessageSizeTooLargeError: log it, put this one event aside, go on.",
    )
    marks = [f"End of {me['id']}-{number}" for number in range(2)]
    for mark, long in zip(marks, (LARGE * "x", LARGE // 6 * "\N{SHORTCAKE}"), strict=True):
        post = _create_too_large(changes, me, long + mark)
        changes.update(post, content="Short")
        changes.create(me)
        events.expect_all(
            "A post that is longer than a megabyte was created, then another.",
            "except MessageSizeTooLargeError: log it, put the event aside, go on.",
        )
    printed = running.printed()
    errors = _errors(printed)
    expect(
        errors > 0,
        seen="An event was too large for Kafka, and the relay's output has no line of the level"
        f" ERROR. It ends: {printed[-300:]!r}",
        wanted="logger.exception, or logger.error, with the event's id, and a log that main has set"
        " up (logging.json): without it a line has no level.",
    )
    running.wait(moment())  # in which it looks again
    again = _errors(running.printed())
    expect(
        again == errors,
        seen=f"Events that are too large had {errors} lines of the level ERROR when those behind"
        f" them had come, and {again} a little later.",
        wanted="One each: an event that is put aside is marked in its row, and not read again. As"
        " many as the relay reads at a time would stop all others.",
    )
    for mark in marks:
        expect(
            is_kept(changes.accounts.database, mark),
            seen="An event was too large for Kafka, and no table but posts holds what it said.",
            wanted="It is put aside, for somebody to look at: its row stays, and is marked.",
        )
    rests(
        running,
        f"OUTBOX_SECONDS was {LOOK}, and a relay that had sent much had nothing left but events"
        " that are too large",
        "Hardly any: what is put aside is not work, and what a full batch sets has to be set back."
        " A relay that rests only where the table is empty never rests again.",
    )
    running.stop()
    _follows_its_level(events, changes)


def _follows_its_level(events: Events, changes: Changes) -> None:
    """Have a relay that is to say nothing below CRITICAL meet an event that is too large."""
    running = events.relay(ready=True, level="CRITICAL")
    known, me = _errors(running.printed()), changes.user()
    _create_too_large(changes, me, LARGE * "x")
    changes.create(me)
    events.expect_all("LOG_LEVEL is CRITICAL, and an event was too large; then another post came.")
    printed = running.printed()
    expect(
        _errors(printed) <= known,
        seen="LOG_LEVEL is CRITICAL, and when an event was too large the relay printed a line of"
        f" the level ERROR. Its output ends: {printed[-300:]!r}",
        wanted="Of its own lines none below LOG_LEVEL: set_level(settings.log_level) in main, after"
        " logging.json, whose root lets the warnings of all others pass. By -m, __name__ is"
        " '__main__': getLogger('app.kafka.relay').",
        why="LOG_LEVEL counts in each process of the service. Without it whoever wants fewer lines"
        " gets all, and whoever looks for a fault never sees those below a warning.",
    )


def _create_too_large(changes: Changes, user: dict[str, Any], content: str) -> dict[str, Any]:
    """A post whose event nobody can send, so that none is expected."""
    post = changes.create(user, content=content)
    changes.events.pop()
    return post


def _errors(printed: str) -> int:
    """How many lines say that they are of the level ERROR. Those of a traceback do not."""
    lines = (line for line in printed.splitlines() if line[:1].strip())
    return sum(LEVEL.search(line) is not None for line in lines)


@check(
    title="An event that is sent again is the same event",
    items=["topic.kafka"],
    why="Only by its id does a reader know that it has had this one.",
    read="An event",
    needs=["15.acknowledged"],
)
def test_same_id(events: Events, changes: Changes):
    broker = events.broker
    broker.needs_faults()
    events.serve()
    for _ in range(2):
        running = events.relay(ready=True)
        with broker.frozen():
            changes.create(changes.user())
            running.wait(moment())  # in which a relay sends it, and hears nothing
            running.signal(signal.SIGKILL)
            running.wait(5.0)
        running = events.relay()
        found = events.expect_all("A relay was killed before Kafka had answered it.")
        running.stop()
        once(found, changes.events)


@check(
    title="SIGTERM ends the relay",
    items=["structure.kafka-producer"],
    why="What does not end in time is killed, at each deployment.",
    read="When Kafka is away",
    needs=["15.acknowledged"],
)
def test_stop(events: Events, changes: Changes):
    broker = events.broker
    broker.needs_faults()
    events.serve()
    running = events.relay(ready=True)
    _ends(running, "A relay had nothing to do")
    for silent in (False, True):
        running = events.relay(ready=True)
        if silent:
            with broker.frozen():
                changes.create(changes.user())
                running.wait(moment())  # in which a relay finds it
                _ends(running, "A relay waited for Kafka, which did not answer")
        else:
            with broker.outage():
                changes.create(changes.user())
                running.wait(moment())
                _ends(running, "A relay waited for Kafka, which was away")
    running = events.relay()
    events.expect_all("Relays were stopped while events waited, and then one was started.")
    if broker.kind == "embedded":
        _ends_in_a_backlog(running, events, changes)
        events.relay()
        events.expect_all("A relay was stopped in the middle of its work, and another started.")


def _ends_in_a_backlog(running: Running, events: Events, changes: Changes) -> None:
    """Stop a relay that has much to send, to a Kafka that takes its time."""
    users = [changes.user() for _ in range(BACKLOG // EACH)]
    changes.create(changes.user())  # what it sends itself: it is there
    events.expect_all("A relay was started, and a post was created.")
    running.wait(moment())  # in which it forgets what it has sent, and holds nothing
    events.halt(running)
    for user in users:
        changes.delete_user(user, changes.store(user, EACH))
    with events.slowly(0.25):
        running.signal(signal.SIGCONT)
        running.wait(moment())
        few = 3 * events.seconds
        _ends(running, f"A relay had {BACKLOG} events to send, and each answer took 0.25 s", few)


def _ends(running: Running, doing: str, seconds: float = 0.0) -> None:
    running.signal(signal.SIGTERM)
    status = running.wait(seconds or patience())
    expect(
        status is not None,
        seen=f"{doing}. {seconds or patience():.0f} s after SIGTERM it still runs.",
        wanted="It ends within a few KAFKA_SECONDS: a limit around producer.stop(), too, and a look"
        " after each batch whether it is to end.",
    )
    expect(
        status == 0,
        seen=f"{doing}, and SIGTERM ended it with status {status}.",
        wanted="0: loop.add_signal_handler(signal.SIGTERM, …), and an end as any other.",
    )


@check(
    title="The application ends also where Kafka does not answer",
    items=["structure.kafka-producer"],
    why="A deployment that waits for Kafka cannot bring the version that needs it less.",
    read="When Kafka is away",
    needs=["15.lifespan", "15.away", "15.stop"],
)
def test_stop_application(events: Events, changes: Changes):
    broker = events.broker
    broker.needs_faults()
    events.serve()
    for silent in (False, True):
        running = events.application()
        changes.create(changes.user())
        events.expect_all("The application relays.")
        with broker.frozen() if silent else broker.outage():
            changes.create(changes.user())
            running.wait(moment())  # in which its relay finds it
            running.signal(signal.SIGTERM)
            status = running.wait(patience())
        expect(
            status is not None,
            seen=f"Kafka {'does not answer' if silent else 'is away'}, and"
            f" {patience():.0f} s after SIGTERM the application still runs.",
            wanted="A limit around producer.stop(), which waits for Kafka for ever.",
        )
    events.application()
    events.expect_all("The application was stopped while events waited, and started again.")
