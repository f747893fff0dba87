"""Several consumers, and how far they are behind."""

import json
import time

from checker.judge import check, expect
from checker.judge.evidence import Command
from kit.consuming import Stream, starting
from kit.events import TOPIC, UPDATED

LENGTH, LONG = 450_000, 14
"""Of a message, and how many: more than the embedded broker keeps of a partition, 5 MB."""


@check(
    title="Two consumers share the work, and one goes on where the other stops",
    items=["structure.kafka-consumer", "topic.kafka"],
    why="During each deployment there are two, and then there is one.",
    read="Stopping, and others",
    needs=["16.stop"],
)
def test_two(stream: Stream):
    stream.env["HANDLER_TRIES"] = "100"
    first = stream.start()
    me, other = stream.user(), stream.user()
    with stream.refusing(me):
        stream.send(stream.event(me), 0)
        for number in range(12):
            stream.send(stream.event(other, UPDATED), number % 3)
        joins = _count(stream, "JoinGroup")
        second = stream.start(ready=False)
        stream.broker.until(lambda: _count(stream, "JoinGroup") >= joins + 2, starting())
    stream.settle("A second consumer came while an event failed.", starting())
    for number in range(30):
        stream.send(stream.event(me if number % 2 else other, UPDATED), number % 3)
    stream.settle("Two consumers ran, and 30 events came.")
    stream.ends(first, "Two consumers ran")
    if stream.broker.kind == "embedded":
        expect(
            _count(stream, "LeaveGroup") > 0,
            seen="A consumer ended after SIGTERM, and did not leave its group.",
            wanted="await consumer.stop(): its partitions go to the others at once, and not when"
            " its session ends.",
        )
    for number in range(6):
        stream.send(stream.event(other), number % 3)
    stream.settle("One of two consumers was stopped.", starting())
    stream.none_dead("Consumers came and went.")
    expect(
        second.wait() is None,
        seen=f"One of two consumers was stopped, and the other ended with status {second.status}.",
        wanted="It goes on.",
    )


def _count(stream: Stream, kind: str) -> int:
    """How many such requests there were; as many as you like where nobody can tell."""
    if stream.broker.kind != "embedded":
        time.sleep(0.2)
        return int(time.monotonic())
    return sum(each == kind for each, _ in stream.broker.requests())


@check(
    title="`python -m app.kafka.lag` says how far the group is behind",
    items=["structure.kafka-consumer", "topic.kafka"],
    why="A consumer that hangs raises no error and logs nothing: only its lag grows.",
    read="How far behind",
    needs=["16.consumer"],
)
def test_lag(stream: Stream, command: Command):
    me, broker = stream.user(), stream.broker
    broker.needs_faults()
    stream.env["KAFKA_SECONDS"] = "5"
    for number in range(5):
        stream.send(stream.event(me), number % 2)
    _lag(stream, command, 5, "Five messages came, and no consumer has ever run")
    _forget_the_oldest(stream)
    left = broker.messages(TOPIC)
    begins = min(each.offset for each in left if each.partition == 2)
    doing = f"No consumer has ever run, and partition 2 begins with the offset {begins}"
    _lag(stream, command, len(left), doing)
    stream.env["HANDLER_TRIES"] = "100"
    running = stream.start()
    failing = stream.user()
    with stream.refusing(failing):
        for user in (failing, me, me):
            stream.send(stream.event(user), 2)
        stream.send(stream.event(me), 2)
        running.wait(1.0)
        before = stream.committed(), _count(stream, "JoinGroup")
        _lag(stream, command, 4, "A consumer is stuck at the first of four messages")
        after = stream.committed(), _count(stream, "JoinGroup")
    if broker.kind == "embedded":
        expect(
            after == before,
            seen="The lag was asked for. The group's offsets were, and the requests to join it"
            f" were, {before[0]} and {before[1]}; they are {after[0]} and {after[1]}.",
            wanted="The same: who looks does not join, and commits nothing.",
        )
    stream.settle("The lag was looked at.")
    with broker.frozen():
        running.wait(0.5)
        ended = command("app.kafka.lag")
    expect(
        ended.status not in (0, None),
        seen=f"Kafka does not answer, and `python -m app.kafka.lag` ended with {ended.status}.",
        wanted="A status other than 0, within a few KAFKA_SECONDS.",
    )


def _forget_the_oldest(stream: Stream) -> None:
    """Write more to a partition than the broker keeps, of which nothing is counted."""
    for _ in range(LONG):
        long = stream.event(stream.user(), "post.pinned", data={"text": LENGTH * "x"})
        stream.send(long, 2, counts=0)


def _lag(stream: Stream, command: Command, wanted: int, doing: str) -> None:
    ended = command("app.kafka.lag")
    lines = [each for each in ended.output.splitlines() if each.lstrip().startswith("{")]
    found = None
    for line in lines:
        try:
            found = json.loads(line).get("lag", found)
        except ValueError:
            continue
    expect(
        ended.status == 0 and found == wanted and not isinstance(found, bool),
        seen=f"{doing}. `python -m app.kafka.lag` ended with status {ended.status} and printed"
        f" {ended.output.strip()[-300:]!r}.",
        wanted=f'{{"lag": {wanted}}}, and status 0.',
    )
