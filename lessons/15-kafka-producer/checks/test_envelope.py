"""What an event looks like, and who may read it."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from checker.judge import check, expect
from checker.judge.evidence import Probe, Source, requirements
from kit.events import CREATED, DELETED
from kit.settings import Settled

DEFAULTS = {
    "kafka_bootstrap_servers": "",
    "kafka_topic_prefix": "",
    "kafka_seconds": 5,
    "outbox_seconds": 0.5,
}
WITHOUT_A_ZONE = "A time without a zone is another moment to each who reads it."
NO_ENVELOPE = (
    "What is no envelope is refused where it comes in, and not found out about by whoever uses it."
)
FIELDS = {"id", "type", "version", "occurred_at", "data"}


@check(
    title="requirements.txt asks for aiokafka",
    items=["topic.kafka"],
    why="On the machine that runs your service, nothing is installed that you do not name.",
    read="Before you start",
)
def test_requirements(source: Source):
    found = requirements(source)
    expect(
        "aiokafka" in found,
        seen=f"requirements.txt lists {', '.join(map(str, found.values())) or 'nothing'}.",
        wanted="The line aiokafka>=0.14.",
    )


@check(
    title="Where Kafka is, what its topics are called, and two times: four settings",
    items=["topic.kafka"],
    why="Your laptop has no Kafka, the test environment shares one, and production has its own.",
    read="Before you start",
)
def test_settings(settled: Settled, rng):
    seconds, pause = rng.randrange(1, 8) / 8, rng.randrange(1, 8) / 8  # less than one is above 0
    given = {
        "KAFKA_BOOTSTRAP_SERVERS": f"kafka{rng.randrange(99)}:9092,other:9093",
        "KAFKA_TOPIC_PREFIX": f"team{rng.randrange(99)}-",
        "KAFKA_SECONDS": str(seconds),
        "OUTBOX_SECONDS": str(pause),
    }
    values = (given["KAFKA_BOOTSTRAP_SERVERS"], given["KAFKA_TOPIC_PREFIX"], seconds, pause)
    wanted = dict(zip(DEFAULTS, values, strict=True))
    bad = [(name, value) for name in ("KAFKA_SECONDS", "OUTBOX_SECONDS") for value in ("0", "-1")]
    settled(DEFAULTS, given, wanted, bad, "it is above 0.")


@check(
    title="An envelope has id, type, version, time and data, and reads what it has written",
    items=["structure.schemas-events"],
    why="Who reads an event sees nothing but it: what is missing has to be guessed.",
    read="An event",
)
def test_envelope(probe: Probe, rng):
    data = {"id": rng.randrange(1, 999), "title": "Ein Brötchen", "published": True}
    before = datetime.now(UTC) - timedelta(seconds=1)
    pairs = probe(
        "envelopes",
        doing="making EventEnvelope(type=…, data=…)",
        expects=list[list[dict[str, Any]]],
        kinds=[CREATED, DELETED],
        data=data,
    )
    after = datetime.now(UTC) + timedelta(seconds=1)
    for kind, (written, read) in zip((CREATED, DELETED), pairs, strict=True):
        expect(
            set(written) == FIELDS,
            seen=f"EventEnvelope(type={kind!r}, data=…) has the fields {', '.join(written)}.",
            wanted=f"{', '.join(sorted(FIELDS))}.",
        )
        for name, value in (("type", kind), ("version", 1), ("data", data)):
            expect(
                written[name] == value,
                seen=f"EventEnvelope(type={kind!r}, data={data}) has {name} = {written[name]!r}.",
                wanted=f"{value!r}.",
            )
        expect(
            _is_uuid(written["id"]),
            seen=f"The id of an EventEnvelope is {written['id']!r}.",
            wanted="A UUID: id: UUID = Field(default_factory=uuid4).",
        )
        moment = _moment(written["occurred_at"])
        expect(
            moment is not None and moment.utcoffset() == timedelta(0) and before < moment < after,
            seen=f"occurred_at of an envelope that was made just now is"
            f" {written['occurred_at']!r}; it is {datetime.now(UTC).isoformat()}.",
            wanted="The time in UTC with its zone: datetime.now(UTC).",
        )
        expect(
            read == written,
            seen=f"EventEnvelope has written {written}, and what it reads of that is {read}.",
            wanted="The same event: what is read keeps its id and its time.",
        )
    [first, _], [second, _] = pairs
    expect(
        first["id"] != second["id"],
        seen=f"Two events have the id {first['id']}.",
        wanted="An id of its own for each: default_factory, not default.",
    )
    expect(
        first["occurred_at"] != second["occurred_at"],
        seen=f"Two events, of which the second was made a second later, have the time"
        f" {first['occurred_at']}.",
        wanted="The time at which each is made: default_factory=lambda: datetime.now(UTC). A"
        " default is computed once, when the module is imported.",
    )


@check(
    title="An envelope that is newer, or of another type, is read all the same",
    items=["structure.schemas-events"],
    why="Whoever writes events is deployed before those who read them: an old reader that crashes"
    " stops for ever.",
    read="An event",
    needs=["15.envelope"],
)
def test_newer(probe: Probe, rng):
    usual = {
        "id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "type": CREATED,
        "version": 1,
        "occurred_at": "2031-05-17T10:00:00.123456Z",
        "data": {"id": 7, "title": "A title"},
    }
    good = {
        "of a type that nobody knows yet": {**usual, "type": "post.pinned"},
        "of version 2": {**usual, "version": 2},
        "with a field more": {**usual, "trace": {"by": 7}},
        "with a field more in its data": {**usual, "data": {**usual["data"], "tags": ["a"]}},
        "with other data": {**usual, "type": "user.created", "data": {"name": "Ada"}},
        "of another zone": {**usual, "occurred_at": "2031-05-17T12:00:00+02:00"},
    }
    bad = {
        "without a type": {name: usual[name] for name in usual if name != "type"},
        "whose time has no zone": {**usual, "occurred_at": "2031-05-17T10:00:00"},
        "whose id is no UUID": {**usual, "id": "seven"},
    }
    values = [json.dumps(each) for each in (*good.values(), *bad.values())]
    found = probe("read", doing="reading events with EventEnvelope", expects=list, values=values)
    for (what, event), seen in zip(good.items(), found, strict=False):
        expect(
            isinstance(seen, dict),
            seen=f"EventEnvelope refuses an event {what}: {seen}",
            wanted="type: str, version: int, data: dict[str, Any], and no extra='forbid'.",
        )
        for name in ("id", "type", "version", "data"):
            expect(
                seen.get(name) == event[name],
                seen=f"Of an event {what}, EventEnvelope reads {name} = {seen.get(name)!r}.",
                wanted=f"{event[name]!r}.",
            )
    for what, seen in zip(bad, found[len(good) :], strict=True):
        expect(
            isinstance(seen, str),
            seen=f"EventEnvelope reads an event {what}: {seen}",
            wanted="A ValidationError: UUID, str, int and AwareDatetime.",
            why=WITHOUT_A_ZONE if "zone" in what else NO_ENVELOPE,
        )


def _is_uuid(text: Any) -> bool:
    try:
        return uuid.UUID(text).version is not None
    except (ValueError, AttributeError, TypeError):
        return False


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else None
