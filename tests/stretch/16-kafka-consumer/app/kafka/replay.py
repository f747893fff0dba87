"""Sends what was put aside back to where it came from:

python -m app.kafka.replay
"""

import asyncio
import json
import sys
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]

from app.config import Settings, get_settings
from app.kafka.dead_letters import DEAD_LETTERS
from app.kafka.producer import open_producer
from app.kafka.relay import TOPIC

GROUP = "posts.replay"
ADDED = {"dlt-cause", "dlt-topic", "dlt-partition", "dlt-offset"}


async def replay(settings: Settings) -> int:
    """Send back what lies there now, and say how much. Raises KafkaError or TimeoutError.

    An offset is committed once its message is acknowledged: what is sent twice has one id.
    """
    prefix, servers = settings.kafka_topic_prefix, settings.kafka_bootstrap_servers
    count = 0
    async with asyncio.timeout(settings.kafka_seconds):
        partitions = await _partitions(servers, prefix + DEAD_LETTERS)
    async with open_producer(settings) as producer:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=servers,
            group_id=prefix + GROUP,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        try:
            async with asyncio.timeout(settings.kafka_seconds):
                await consumer.start()
                consumer.assign(partitions)
                ends = await consumer.end_offsets(partitions)
            for partition in partitions:
                async with asyncio.timeout(settings.kafka_seconds):
                    position = await consumer.position(partition)
                while position < ends[partition]:
                    async with asyncio.timeout(settings.kafka_seconds):
                        message = await consumer.getone(partition)
                        if message.offset < ends[partition]:
                            await _send(producer, prefix + TOPIC, message)
                            count += 1
                        position = message.offset + 1
                        await consumer.commit({partition: position})
        finally:
            await consumer.stop()
    return count


async def _partitions(servers: str, topic: str) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    try:
        await admin.start()
        [found] = await admin.describe_topics([topic])
    finally:
        await admin.close()
    return [TopicPartition(topic, each["partition"]) for each in found["partitions"]]


async def _send(producer: Any, topic: str, message: Any) -> None:
    """A message as it came, before it was put aside."""
    headers = [(name, value) for name, value in message.headers if name not in ADDED]
    await producer.send_and_wait(topic, value=message.value, key=message.key, headers=headers)


def main() -> None:
    """Print how many messages were sent back, as JSON."""
    settings = get_settings()
    if not settings.kafka_bootstrap_servers:
        sys.exit("KAFKA_BOOTSTRAP_SERVERS is empty: there is no Kafka to ask.")
    try:
        count = asyncio.run(replay(settings))
    except (KafkaError, TimeoutError) as error:
        sys.exit(f"Kafka does not answer: {error!r}")
    print(json.dumps({"replayed": count}))


if __name__ == "__main__":
    main()
