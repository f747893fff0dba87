import asyncio
import json
import os
import sys

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.config import get_settings


async def main() -> int:
    settings = get_settings()
    topic = settings.kafka_topic_prefix + "posts.events"
    servers = settings.kafka_bootstrap_servers
    reader = AIOKafkaConsumer(topic, bootstrap_servers=servers)
    group = AIOKafkaConsumer(
        bootstrap_servers=servers,
        group_id=settings.kafka_topic_prefix + "posts.stats",
        enable_auto_commit=False,
    )
    await reader.start()
    await group.start()
    total = 0
    for number in reader.partitions_for_topic(topic) or ():
        place = TopicPartition(topic, number)
        ends = await reader.end_offsets([place])
        first = await reader.beginning_offsets([place])
        total += ends[place] - (await group.committed(place) or first[place])
    await reader.stop()
    await group.stop()
    return total


if __name__ == "__main__":
    try:
        found = asyncio.run(asyncio.wait_for(main(), get_settings().kafka_seconds))
    except Exception as error:
        print(repr(error), file=sys.stderr)
        sys.stderr.flush()
        os._exit(1)
    print(json.dumps({"lag": found}))
