"""A producer of aiokafka's."""

import asyncio
from contextlib import suppress

from aiokafka import AIOKafkaProducer

from app.config import Settings


async def start_producer(settings: Settings) -> AIOKafkaProducer:
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        acks="all",
        enable_idempotence=True,
        compression_type="gzip",
    )
    try:
        await asyncio.wait_for(producer.start(), settings.kafka_seconds)
    except BaseException:
        await producer.stop()
        raise
    return producer


async def stop_producer(producer: AIOKafkaProducer, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(producer.stop(), seconds)
