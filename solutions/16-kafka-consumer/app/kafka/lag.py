"""How far the consumers are behind:

python -m app.kafka.lag
"""

import asyncio
import json
import sys

from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]

from app.config import Settings, get_settings
from app.kafka.consumer import GROUP
from app.kafka.relay import TOPIC


async def measure_lag(settings: Settings) -> int:
    """How many messages are not committed yet. Raises KafkaError or TimeoutError.

    Asks in the group's name and does not join it: that would be a rebalance for those who work.
    """
    topic = settings.kafka_topic_prefix + TOPIC
    servers = settings.kafka_bootstrap_servers
    async with asyncio.timeout(settings.kafka_seconds):
        admin = AIOKafkaAdminClient(bootstrap_servers=servers)
        try:
            await admin.start()
            [found] = await admin.describe_topics([topic])
        finally:
            await admin.close()
        partitions = [TopicPartition(topic, each["partition"]) for each in found["partitions"]]
        async with AIOKafkaConsumer(
            bootstrap_servers=servers,
            group_id=settings.kafka_topic_prefix + GROUP,
            enable_auto_commit=False,
        ) as consumer:
            ends = await consumer.end_offsets(partitions)
            done = await consumer.beginning_offsets(partitions)
            for each in partitions:
                done[each] = await consumer.committed(each) or done[each]
    return sum(ends[each] - done[each] for each in partitions)


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
