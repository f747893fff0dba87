"""A consumer reads, counts once, and knows what is for others."""

import json

from checker.judge import check, expect
from checker.judge.evidence import Running
from kit.consuming import DEAD_LETTERS, GROUP, Stream, headers_of, shown, starting
from kit.events import CREATED, DELETED, TOPIC, UPDATED
from kit.idle import rests
from kit.kafka_gate import Gate

DEEP = 100_000
"""Brackets that are opened and never closed: parsers end by another error than for other texts."""


@check(
    title="`python -m app.kafka.consumer` counts what there was and what comes, and commits it",
    items=["structure.kafka-consumer", "topic.kafka"],
    why="A group that begins with what comes next has missed what there was.",
    read="After the effect, the offset",
    needs=["16.handlers"],
)
def test_consumer(stream: Stream):
    stream.knows_ids = False
    me, other = stream.user(), stream.user()
    for kind in (CREATED, UPDATED, UPDATED, DELETED):
        stream.send(stream.event(me, kind), 0)
    stream.send(stream.event(other), 2)
    running = stream.start(ready=False)
    stream.settle("Five events waited, and a consumer was started.", starting())
    for number in range(9):
        stream.send(stream.event(other if number % 2 else me, UPDATED), number % 3)
    stream.settle("While a consumer ran, nine events came.")
    stream.none_dead("All of them can be handled.")
    names = [name for name in stream.broker.names() if not name.startswith(stream.broker.prefix)]
    expect(
        not [name for name in names if name.startswith(("posts", GROUP))],
        seen=f"There are the topics {', '.join(names)}, without the prefix.",
        wanted="KAFKA_TOPIC_PREFIX before the name of each topic.",
    )
    expect(
        running.wait() is None,
        seen=f"The consumer ended with status {running.status} once it had read all there was.",
        wanted="It waits for more.",
    )
    rests(
        running,
        "A consumer had read all there was",
        "Hardly any: getmany(timeout_ms=200), which waits for so long where there is nothing.",
    )


@check(
    title="A consumer waits for a Kafka that is away, and goes on when it is back",
    items=["topic.kafka", "topic.error-handling"],
    why="What needs a restart after an outage stands still until somebody has noticed.",
    read="After the effect, the offset",
    needs=["16.once"],
)
def test_away(stream: Stream):
    broker = stream.broker
    broker.needs_faults()
    me = stream.user()
    stream.send(stream.event(me))
    with Gate(broker.bootstrap_servers) as gate:
        stream.env["KAFKA_BOOTSTRAP_SERVERS"] = gate.address
        running = stream.start(ready=False)
        _tries(stream, gate, 3, running)
        stream.ends(running, "Kafka was away since the start")
        running = stream.start(ready=False)
        _tries(stream, gate, 6, running)
        gate.be_silent()
        _tries(stream, gate, 8, running, "Kafka took a connection and said nothing")
        gate.open()
        stream.settle(
            "A consumer was started while Kafka was away, and Kafka came back.", starting()
        )
        _goes_away(stream, running, me)


def _tries(
    stream: Stream, gate: Gate, times: int, running: Running, how: str = "Kafka was away"
) -> None:
    """Wait until Kafka has been asked so often, by all who were started. Raises Unmet."""
    stream.broker.until(
        lambda: gate.wait_for(times, 0) >= times or running.wait() is not None, starting()
    )
    expect(
        running.wait() is None,
        seen=f"When a consumer began, {how}, and it ended by itself, with status {running.status}.",
        wanted="It waits for Kafka: whatever fails is logged, a TimeoutError too, which is no"
        " KafkaError, and tried again after a pause.",
    )


def _goes_away(stream: Stream, running: Running, me: int) -> None:
    broker = stream.broker
    for silent in (False, True):
        with broker.frozen() if silent else broker.outage():
            running.wait(4.0)
        for partition in range(3):
            stream.send(stream.event(me, UPDATED), partition)
        how = "did not answer" if silent else "was away"
        stream.settle(
            f"Kafka {how} for some seconds, and three events came after that.", starting()
        )


@check(
    title="An event that comes twice counts once, and is no failure",
    items=["topic.kafka"],
    why="At least once is what a relay promises. You see it at each of its restarts.",
    read="Once",
    needs=["16.consumer"],
)
def test_once(stream: Stream):
    me, other = stream.user(), stream.user()
    again = [stream.event(me), stream.event(me, UPDATED)]
    for event in (*again, *again):
        stream.send(event, 0)
    running = stream.start(ready=False)
    stream.settle("Two events came twice, one after the other.", starting())
    for event in (*again, stream.event(other, DELETED)):
        for partition in (1, 2, 0):
            stream.send(event, partition)
    stream.settle("Events came again, in other partitions, too.")
    stream.none_dead("Events came twice.")
    expect(
        running.wait() is None,
        seen=f"An event came twice, and the consumer ended with status {running.status}.",
        wanted="It commits the offset, and goes on.",
    )


@check(
    title="Newer events are read, and events for others are left",
    items=["structure.events-handlers"],
    why="Readers learn a new version first. A reader that stops at what it does not know stops at"
    " every deployment of others.",
    read="What cannot be read",
    needs=["16.consumer"],
)
def test_versions(stream: Stream):
    me = stream.user()
    stream.start()
    second = {"id": 8, "title": "A title", "content": "Text", "published": True, "author_id": me}
    for partition, kind in ((0, CREATED), (0, UPDATED), (1, DELETED)):
        stream.send(stream.event(me, kind, version=2, data=second), partition, counts=me)
        stream.send(stream.event(me, kind), partition)
    more = stream.event(me, trace={"id": 7}, schema="https://example.com/event")
    more["data"] |= {"tags": ["a"], "subtitle": None}
    stream.send(more, key=b"\xff of another producer")
    data = {"by": "somebody"}
    for number, kind in enumerate(("post.pinned", "comment.created", "post.created.draft")):
        stream.send(stream.event(me, kind, version=number, data=data), number, counts=0)
    bare = {"id": stream.event(me)["id"], "type": "post.pinned"}
    stream.broker.send(TOPIC, json.dumps(bare), key="7", partition=1)
    for partition in (0, 1):
        stream.broker.send(TOPIC, None, key="7", partition=partition)
    stream.broker.send(TOPIC, None, partition=2)
    for partition in range(3):
        stream.send(stream.event(me, UPDATED), partition)
    stream.settle(
        "There were events of versions 1 and 2, with fields that nobody knows, with a key that is"
        " no text, of other types, and tombstones."
    )
    stream.none_dead("There were events for others, and tombstones.")


@check(
    title="What cannot be read goes to the dead-letter topic, as it came, with its cause",
    items=["topic.kafka", "topic.error-handling"],
    why="Whoever mends it has to know what it was, where it was, and what was wrong with it.",
    read="What cannot be read",
    needs=["16.consumer"],
)
def test_poison(stream: Stream):
    me, broker = stream.user(), stream.broker
    stream.start()
    nobody = stream.event(me)
    del nobody["id"]
    lacking = stream.event(me)
    del lacking["data"]["user_id"]
    values: list[str | bytes] = [
        b'{"id": "\xff',
        "[1, 2]",
        json.dumps(nobody),
        json.dumps(lacking),
        json.dumps(stream.event(me, version=3)),
        json.dumps(stream.event(me, UPDATED, version=0)),
        json.dumps(stream.event(me, data={**lacking["data"], "user_id": "Ada"})),
        json.dumps(stream.event(2**70)),
        json.dumps(stream.event(me, data={**lacking["data"], "user_id": "\ud83d"})),
        b"",
        "null",
        "{}",
        json.dumps(stream.event(me, type=[CREATED])),
        json.dumps(stream.event(me, data=None)),
        "[" * DEEP,
        f'{json.dumps(stream.event(me))[:-1]}, "trace": {"[" * DEEP}',
    ]
    sent = {}
    for number, value in enumerate(values):
        given = [("trace", f"t{number}"), ("trace", "again")] if number % 2 else []
        key = None if number % 4 == 3 else f"k{number}"
        place = broker.send(TOPIC, value, key=key, headers=given, partition=number % 3)
        sent[place] = (value if isinstance(value, bytes) else value.encode(), key, given)
        stream.send(stream.event(me, UPDATED), number % 3)
    stream.settle(
        "There were messages that cannot be read, and others between them. The former were also an"
        f" empty value, null, an event whose type is a list, and {DEEP:_} nested brackets."
    )
    found = {}
    for message in broker.wait_for(DEAD_LETTERS, len(values)):
        told = headers_of(message)
        for name in ("dlt-cause", "dlt-topic", "dlt-partition", "dlt-offset"):
            expect(
                bool(told.get(name)),
                seen=f"A message of {DEAD_LETTERS} has the headers {told}.",
                wanted=f"{name}, too: a str and bytes.",
            )
        expect(
            told["dlt-topic"] == broker.prefix + TOPIC,
            seen=f"A message of {DEAD_LETTERS} has dlt-topic = {told['dlt-topic']!r}.",
            wanted=f"{broker.prefix + TOPIC!r}, where it was.",
        )
        found[told["dlt-partition"], told["dlt-offset"]] = message
    for (partition, offset), (value, key, given) in sent.items():
        message = found.get((str(partition), str(offset)))
        what = f"The message {shown(value)}, partition {partition}, offset {offset},"
        expect(
            message is not None,
            seen=f"{what} is not in {DEAD_LETTERS}. That holds messages of the places"
            f" {sorted(found)}.",
            wanted="Each message that cannot be read, with its place.",
        )
        assert message is not None
        kept = [(name, (each or b"").decode()) for name, each in message.headers]
        for name, was, now in (
            ("value", value, message.value),
            ("key", key and key.encode(), message.key),
            ("headers", given, [each for each in kept if not each[0].startswith("dlt-")]),
        ):
            expect(
                was == now,
                seen=f"{what} has another {name} in {DEAD_LETTERS}: {shown(now)}.",
                wanted=f"{shown(was)}, as it came.",
            )
    causes = {told for each in found.values() if (told := headers_of(each)["dlt-cause"])}
    expect(
        len(causes) > 2,
        seen=f"{len(values)} messages are wrong in several ways, and their causes are {causes}.",
        wanted="What is wrong with each.",
    )


@check(
    title="What Kafka does not take as a dead letter is neither lost nor skipped",
    items=["topic.kafka", "topic.error-handling"],
    why="A message that is committed and was not put aside has never been.",
    read="What cannot be read",
    needs=["16.poison"],
)
def test_aside(stream: Stream):
    me, broker = stream.user(), stream.broker
    broker.needs_embedded()
    for number in range(2):
        broker.send(TOPIC, f"poison {number}", key="p", partition=number)
        stream.send(stream.event(me), number)
    broker.refuse(2, "INVALID_RECORD")
    stream.start(ready=False)
    stream.settle("Kafka refused a dead letter twice, and took it then.", starting())
    found = broker.wait_for(DEAD_LETTERS, 2, 20.0)
    values = {message.text for message in found}
    expect(
        values == {"poison 0", "poison 1"},
        seen=f"Kafka refused dead letters twice. {DEAD_LETTERS} holds {sorted(values)}, and both"
        " messages are committed.",
        wanted="Both messages: await producer.send_and_wait(…), then commit, and try again where"
        " it fails.",
    )
