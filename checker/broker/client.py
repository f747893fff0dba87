"""Reads and writes a broker's topics, by confluent-kafka."""

import base64
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

PATIENCE = 10.0
"""Seconds for one answer of the broker's."""
_AGAIN = 0.02
"""Seconds between two looks at a topic on which something is awaited."""
_TIMED_OUT, _END = -185, -191
"""Codes of librdkafka's own, which has them as private names: no answer, end of a partition."""
_NEW = {-190, -188, KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.LEADER_NOT_AVAILABLE}
"""Codes of a topic or a partition that one has not heard of, librdkafka's own first."""
_QUICK: dict[str, str | int | float | bool] = {
    "log_level": 0,
    "reconnect.backoff.ms": 10,
    "reconnect.backoff.max.ms": 100,
    "retry.backoff.ms": 20,
    "socket.timeout.ms": 5000,
}

Json = dict[str, Any]


class Client:
    """A client of one broker. What it gives and takes is JSON; bytes are in base64."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._conf = {"bootstrap.servers": bootstrap_servers, **_QUICK}
        self._read: dict[str, dict[int, list[Json]]] = {}
        """Messages by topic and partition, as far as they have been read."""
        self._next: dict[tuple[str, int], int] = {}
        """The offset after what has been read."""
        # It waits for more that is sent at once; flush() ends the waiting.
        self._producer = Producer({**self._conf, "linger.ms": 100, "message.timeout.ms": 5000})
        self._admin = AdminClient(self._conf)
        self._consumer = Consumer(
            {
                **self._conf,
                "group.id": f"judge-{uuid.uuid4().hex}",  # asked for, and never joined
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "earliest",
                "isolation.level": "read_committed",
                "fetch.wait.max.ms": 10,
                "fetch.error.backoff.ms": 10,
            }
        )

    def close(self) -> None:
        self._consumer.close()

    def answers(self, seconds: float = PATIENCE) -> None:
        """Wait until the broker answers. Raises KafkaException where it does not."""
        until = time.monotonic() + seconds
        while True:
            try:
                self._admin.list_topics(timeout=min(1.0, seconds))
            except KafkaException:
                if time.monotonic() > until:
                    raise
                time.sleep(_AGAIN)
            else:
                return

    def topics(self) -> list[str]:
        found = self._admin.list_topics(timeout=PATIENCE).topics
        return sorted(name for name in found if not name.startswith("__"))

    def create(self, topic: str, partitions: int) -> None:
        """Make a topic, and wait until it can be written to."""
        new = NewTopic(topic, num_partitions=partitions, replication_factor=-1)
        self._admin.create_topics([new], operation_timeout=PATIENCE)[topic].result(PATIENCE)
        until = time.monotonic() + PATIENCE
        while len(self._partitions(topic)) < partitions and time.monotonic() < until:
            time.sleep(_AGAIN)

    def send(self, topic: str, messages: Sequence[Json]) -> list[Json]:
        """Write messages, those of a partition as one batch: the partition and offset of each."""
        failures: list[KafkaError] = []
        written: dict[int, Json] = {}

        def note(number: int, error: KafkaError | None, message: Any) -> None:
            if error is not None:
                failures.append(error)
            written[number] = {"partition": message.partition(), "offset": message.offset()}

        for number, message in enumerate(messages):
            partition = message["partition"]
            self._producer.produce(
                topic,
                value=_bytes(message["value"]),
                key=_bytes(message["key"]),
                headers=[(name, _bytes(content)) for name, content in message["headers"]],
                partition=-1 if partition is None else partition,
                on_delivery=partial(note, number),
            )
        self._producer.flush(PATIENCE)
        if failures or len(written) < len(messages):
            raise KafkaException(failures[0] if failures else KafkaError(_TIMED_OUT))
        return [written[number] for number in range(len(messages))]

    def messages(self, topic: str, count: int = 0, seconds: float = 0.0) -> list[Json]:
        """What the topic holds, in order of partition and offset, once there are so many or the
        time is over."""
        until = time.monotonic() + seconds
        while True:
            for partition, end in self._ends(topic).items():
                self._read_on(topic, partition, end)
            found = self._read.get(topic, {})
            there = [message for partition in sorted(found) for message in found[partition]]
            if len(there) >= count or time.monotonic() >= until:
                return there
            time.sleep(_AGAIN)

    def ends(self, topic: str) -> dict[str, int]:
        return {str(partition): end for partition, end in self._ends(topic).items()}

    def committed(self, group: str, topic: str) -> dict[str, int | None]:
        """The offset that the group has committed for each partition."""
        asked = [TopicPartition(topic, partition) for partition in self._partitions(topic)]
        if not asked:
            return {}
        request = [ConsumerGroupTopicPartitions(group, asked)]
        answer = self._admin.list_consumer_group_offsets(request, request_timeout=PATIENCE)
        found = {
            each.partition: each.offset for each in answer[group].result(PATIENCE).topic_partitions
        }
        offsets = {each.partition: found.get(each.partition, -1) for each in asked}
        return {str(name): offset if offset >= 0 else None for name, offset in offsets.items()}

    def remove(self, prefix: str) -> None:
        """Delete the topics and groups whose names begin so, as far as the broker lets us, and wait
        until they are gone: it says so a moment before they are."""
        with suppress(KafkaException):
            groups = self._admin.list_consumer_groups().result(PATIENCE).valid
            mine = [each.group_id for each in groups if each.group_id.startswith(prefix)]
            for future in self._admin.delete_consumer_groups(mine).values() if mine else ():
                with suppress(KafkaException):
                    future.result(PATIENCE)
        until = time.monotonic() + PATIENCE
        while names := [name for name in self.topics() if name.startswith(prefix)]:
            for future in self._admin.delete_topics(names).values():
                with suppress(KafkaException):
                    future.result(PATIENCE)
            if time.monotonic() > until:
                return
            time.sleep(_AGAIN)

    def _partitions(self, topic: str) -> list[int]:
        """Those of the topic; none where it is not there. Asking makes no topic."""
        found = self._admin.list_topics(timeout=PATIENCE).topics.get(topic)
        return sorted(found.partitions) if found is not None and found.error is None else []

    def _ends(self, topic: str) -> dict[int, int]:
        return {partition: self._end(topic, partition) for partition in self._partitions(topic)}

    def _end(self, topic: str, partition: int) -> int:
        """Where a partition ends. Who has not heard of it, since it is new or its broker was away,
        asks which there are, and again."""
        until = time.monotonic() + 3 * PATIENCE
        while True:
            try:
                place = TopicPartition(topic, partition)
                end: int = self._consumer.get_watermark_offsets(place, timeout=PATIENCE)[1]
            except KafkaException as error:
                if error.args[0].code() not in _NEW or time.monotonic() > until:
                    raise
                with suppress(KafkaException):
                    self._consumer.list_topics(topic, timeout=1.0)
                time.sleep(_AGAIN)
            else:
                return end

    def _read_on(self, topic: str, partition: int, end: int) -> None:
        """Read on to that offset, or to where the partition ends for those who read what is
        committed. Raises KafkaException where the broker does not answer."""
        place = topic, partition
        if self._next.get(place, 0) >= end:
            return
        held = self._read.setdefault(topic, {}).setdefault(partition, [])
        self._consumer.assign([TopicPartition(topic, partition, self._next.get(place, 0))])
        until = time.monotonic() + PATIENCE
        try:
            while self._next.get(place, 0) < end:
                message = self._consumer.poll(0.5)
                error = message.error() if message is not None else None
                if error is not None and error.code() == _END:
                    return
                if time.monotonic() > until:
                    raise KafkaException(error or KafkaError(_TIMED_OUT))
                if message is None or error is not None:
                    continue
                held.append(_shown(message))
                self._next[place] = (message.offset() or 0) + 1
        finally:
            self._consumer.unassign()


def _shown(message: Any) -> Json:
    return {
        "topic": message.topic(),
        "partition": message.partition(),
        "offset": message.offset(),
        "key": _base64(message.key()),
        "value": _base64(message.value()),
        "headers": [(name, _base64(value)) for name, value in message.headers() or ()],
        "timestamp": message.timestamp()[1],
    }


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def _base64(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()
