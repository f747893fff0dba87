"""Evidence from a Kafka broker whose topics the judge itself reads and writes."""

import base64
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from checker.broker.choice import VARIABLE, Kind
from checker.judge.brokers import Opened
from checker.judge.claim import claimed, shown
from checker.judge.evidence.context import Grading
from checker.judge.evidence.project import Project
from checker.judge.unmet import NotGraded, Unmet
from checker.judge.witness import witnessed

Data = bytes | str | None
"""What a message holds. A text is sent as UTF-8."""

KINDS = {
    "Produce": 0,
    "Fetch": 1,
    "Metadata": 3,
    "OffsetCommit": 8,
    "OffsetFetch": 9,
    "FindCoordinator": 10,
    "JoinGroup": 11,
    "Heartbeat": 12,
    "LeaveGroup": 13,
    "SyncGroup": 14,
    "InitProducerId": 22,
    "AddPartitionsToTxn": 24,
    "AddOffsetsToTxn": 25,
    "EndTxn": 26,
    "TxnOffsetCommit": 28,
}
"""The protocol's kinds of request, by name."""
_JUDGES = {"Fetch", "Metadata", "OffsetFetch", "FindCoordinator"}
"""Those that the judge itself sends when it looks."""
_AGAIN = 0.05


@dataclass(frozen=True)
class Message:
    """One message of a topic, as the broker gives it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    timestamp: int
    """Milliseconds since 1970."""

    @property
    def place(self) -> str:
        """Where it is, for a sentence."""
        return f"{self.topic}, partition {self.partition}, offset {self.offset}"

    @property
    def text(self) -> str:
        """The value as a text. Raises Unmet where it is none."""
        try:
            return (self.value or b"").decode()
        except UnicodeDecodeError:
            seen = f"The message at {self.place} is no text: {shown(self.value)}."
            raise Unmet(seen, "A value in UTF-8.") from None

    def json(self, expects: Any = None) -> Any:
        """The value, read as JSON, as a claim. Raises Unmet where it is none."""
        try:
            value = json.loads(self.text)
        except (ValueError, RecursionError):
            seen = f"The message at {self.place} is no JSON: {shown(self.text)}."
            raise Unmet(seen, "A value in JSON.") from None
        return claimed(value, f"the message at {self.place}", expects)


class Broker:
    """The broker of one check. Names of topics and groups are those without the prefix.

    What a broker of its kind cannot do raises NotGraded.
    """

    def __init__(self, opened: Opened, project: Project | None = None) -> None:
        """`project` is told when something was read: no request over HTTP shows it."""
        self.kind = opened.choice.kind
        self.bootstrap_servers = opened.address
        self.prefix = opened.prefix
        self._process = opened.process
        self._project = project

    @property
    def environment(self) -> dict[str, str]:
        """How a service is told of it."""
        return {
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "KAFKA_TOPIC_PREFIX": self.prefix,
        }

    @property
    def session_timeout_ms(self) -> int:
        """The shortest session of a group's member that it allows, so that a member that was killed
        is missed soon. On the embedded broker every re-join takes a second less than that."""
        return 6000 if self.kind is Kind.NAMED else 1100

    # Topics.

    def topic(self, name: str, partitions: int = 3) -> None:
        """Make a topic. One that is asked for before it is made has as many partitions as the
        broker likes."""
        self._process.ask("create", topic=self.prefix + name, partitions=partitions)

    @witnessed
    def names(self) -> list[str]:
        """The full names of the topics that there are, whoever has made them."""
        found: list[str] = self._read("topics")
        return found

    def send(
        self,
        topic: str,
        value: Data,
        key: Data = None,
        headers: Mapping[str, Data] | Sequence[tuple[str, Data]] = (),
        partition: int | None = None,
    ) -> tuple[int, int]:
        """Write a message: its partition and its offset."""
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        [place] = self._send(topic, [_message(value, key, pairs, partition)])
        return place

    def send_batch(
        self, topic: str, messages: Sequence[tuple[Data, Data]], partition: int
    ) -> list[int]:
        """Write messages, each a value and a key, as one batch, which one fetch gives to whoever
        reads: the offset of each."""
        batch = [_message(value, key, (), partition) for value, key in messages]
        return [offset for _, offset in self._send(topic, batch)]

    def _send(self, topic: str, messages: list[dict[str, Any]]) -> list[tuple[int, int]]:
        found = self._process.ask("send", topic=self.prefix + topic, messages=messages)
        return [(each["partition"], each["offset"]) for each in found]

    @witnessed
    def messages(self, topic: str) -> list[Message]:
        """What the topic holds now, in order of partition and offset."""
        return self.wait_for(topic, 0, 0)

    @witnessed
    def wait_for(self, topic: str, count: int, seconds: float = 10.0) -> list[Message]:
        """What the topic holds as soon as there are so many messages, or when the time is over:
        look how many they are."""
        found = self._read("messages", topic=self.prefix + topic, count=count, seconds=seconds)
        return [self._message(topic, each) for each in found]

    def until(self, holds: Callable[[], bool], seconds: float = 10.0) -> bool:
        """Ask again and again until something holds: whether it did within the time."""
        until = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > until:
                return False
            time.sleep(_AGAIN)
        return True

    @witnessed
    def ends(self, topic: str) -> dict[int, int]:
        """The offset after the last message of each partition."""
        found = self._read("ends", topic=self.prefix + topic)
        return {int(partition): end for partition, end in found.items()}

    @witnessed
    def committed(self, group: str, topic: str) -> dict[int, int | None]:
        """The offset that the group has committed for each partition; None where it has not."""
        found = self._read("committed", group=self.prefix + group, topic=self.prefix + topic)
        return {int(partition): offset for partition, offset in found.items()}

    @witnessed
    def lag(self, group: str, topic: str) -> int:
        """How many messages the group has not committed yet."""
        committed = self.committed(group, topic)
        ends = self.ends(topic)
        return sum(end - (committed.get(partition) or 0) for partition, end in ends.items())

    def _read(self, what: str, **args: Any) -> Any:
        if self._project is not None:
            self._project.request = None
        return self._process.ask(what, **args)

    # Faults.

    def needs_faults(self) -> None:
        """Raise NotGraded where nothing may be done to the broker."""
        if self.kind is Kind.NAMED:
            raise NotGraded(
                "Not graded here: it takes the broker away, and may not do that to the one that"
                f" {VARIABLE} names."
            )

    def needs_apache(self, why: str) -> None:
        """Raise NotGraded on the embedded broker, which cannot do it right. `why` is a clause."""
        if self.kind is Kind.EMBEDDED:
            raise NotGraded(f"Not graded on the embedded broker: {why}.")

    def needs_embedded(self) -> None:
        """Raise NotGraded on a broker that fails by itself alone."""
        if self.kind is not Kind.EMBEDDED:
            raise NotGraded("Not graded here: only the embedded broker can be told how to fail.")

    def down(self) -> None:
        """Break every connection and refuse new ones. What is stored stays."""
        self.needs_faults()
        self._process.ask("down")

    def up(self) -> None:
        """End that, and wait until it answers."""
        self._process.ask("up")
        self._process.ask("answers")

    @contextmanager
    def outage(self) -> Iterator[None]:
        self.down()
        yield
        self.up()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Connections stay and new ones are taken, and nothing is answered; it cannot be read."""
        self.needs_faults()
        self._process.freeze()
        yield
        self._process.thaw()
        self._process.ask("answers")

    def refuse(
        self, times: int = 1, error: str = "NOT_ENOUGH_REPLICAS", on: str = "Produce"
    ) -> None:
        """Answer the next requests of that kind with an error of the protocol's, by its name;
        "DISCONNECT" breaks the connection instead."""
        self.needs_embedded()
        self._process.ask("refuse", kind=KINDS[on], error=error, times=times)

    def slow(self, seconds: float) -> None:
        """Answer each request after so long."""
        self.needs_embedded()
        self._process.ask("slow", milliseconds=round(seconds * 1000))

    @witnessed
    def requests(self) -> list[tuple[str, float]]:
        """What the submission has asked for so far, by the protocol's names, and when, in seconds
        that count from some moment. Kinds that the judge sends too are left out."""
        self.needs_embedded()
        names = {number: name for name, number in KINDS.items() if name not in _JUDGES}
        found = self._read("requests")
        return [(names[kind], at / 1e6) for kind, at in found if kind in names]

    def _message(self, topic: str, found: dict[str, Any]) -> Message:
        return Message(
            topic=topic,
            partition=found["partition"],
            offset=found["offset"],
            key=_received(found["key"]),
            value=_received(found["value"]),
            headers=tuple((name, _received(content)) for name, content in found["headers"]),
            timestamp=found["timestamp"],
        )


def _message(
    value: Data, key: Data, headers: Iterable[tuple[str, Data]], partition: int | None
) -> dict[str, Any]:
    return {
        "value": _sent(value),
        "key": _sent(key),
        "headers": [(name, _sent(content)) for name, content in headers],
        "partition": partition,
    }


def _sent(data: Data) -> str | None:
    if data is None:
        return None
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def _received(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


@pytest.fixture
def broker(grading: Grading, project: Project) -> Iterator[Broker]:
    """A broker of this check's own, where the submission's KAFKA_BOOTSTRAP_SERVERS points."""
    found = Broker(grading.brokers.open(), project)
    project.env.update(found.environment)
    yield found
    grading.brokers.end_check()
