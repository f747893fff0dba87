"""How far the consumers are behind:

python -m app.kafka.lag
"""

import asyncio
import json
import sys

from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]

from app.config import Settings, get_settings
from app.kafka.consumer import GROUP
from app.kafka.relay import TOPIC


async def measure_lag(settings: Settings) -> int:
    """How many messages are not committed yet. Raises KafkaError or TimeoutError.

    Asks in the group's name and does not join it: that would be a rebalance for those who work.
    """
    topic = settings.kafka_topic_prefix + TOPIC
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        group_id=settings.kafka_topic_prefix + GROUP,
        enable_auto_commit=False,
    )
    try:
        async with asyncio.timeout(settings.kafka_seconds):
            await consumer.start()
            await consumer.topics()
            numbers = consumer.partitions_for_topic(topic) or ()
            partitions = [TopicPartition(topic, number) for number in numbers]
            begins = await consumer.beginning_offsets(partitions)
            ends = await consumer.end_offsets(partitions)
            committed = [await consumer.committed(each) for each in partitions]
        done = {each: at for each, at in zip(partitions, committed, strict=True) if at is not None}
        return sum(ends[each] - done.get(each, begins[each]) for each in partitions)
    finally:
        async with asyncio.timeout(settings.kafka_seconds):
            await consumer.stop()


def main() -> None:
    """Print the lag as JSON."""
    settings = get_settings()
    if not settings.kafka_bootstrap_servers:
        sys.exit("KAFKA_BOOTSTRAP_SERVERS is empty: there is no Kafka to ask.")
    try:
        lag = asyncio.run(measure_lag(settings))
    except (KafkaError, TimeoutError) as error:
        sys.exit(f"Kafka does not answer: {error!r}")
    print(json.dumps({"lag": lag}))


if __name__ == "__main__":
    main()
