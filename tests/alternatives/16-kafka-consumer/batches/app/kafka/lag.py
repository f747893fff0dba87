"""The lag, by an assignment of its own."""

import asyncio
import json
import sys

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from app.config import get_settings


async def main() -> None:
    settings = get_settings()
    topic = settings.kafka_topic_prefix + "posts.events"
    where = {"bootstrap_servers": settings.kafka_bootstrap_servers}
    group = settings.kafka_topic_prefix + "posts.stats"
    consumer = AIOKafkaConsumer(group_id=group, enable_auto_commit=False, **where)
    admin = AIOKafkaAdminClient(**where)
    try:
        async with asyncio.timeout(settings.kafka_seconds):
            await admin.start()
            await consumer.start()
            [described] = await admin.describe_topics([topic])
            places = [TopicPartition(topic, each["partition"]) for each in described["partitions"]]
            consumer.assign(places)
            ends = await consumer.end_offsets(places)
            first = await consumer.beginning_offsets(places)
            known = [await consumer.committed(place) or first[place] for place in places]
    except Exception as error:
        sys.exit(f"no answer: {error!r}")
    finally:
        await admin.close()
        await asyncio.wait_for(consumer.stop(), settings.kafka_seconds)
    print(json.dumps({"topic": topic, "lag": sum(ends.values()) - sum(known)}))


if __name__ == "__main__":
    asyncio.run(main())
