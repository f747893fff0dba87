"""The producer, as a class."""

import asyncio
from contextlib import suppress
from typing import Self

from aiokafka import AIOKafkaProducer

from app.config import Settings


class Producer:
    """Sends one message after the other, and has a limit on everything but the sending."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.kafka = AIOKafkaProducer(
            bootstrap_servers=settings.kafka_bootstrap_servers.split(","), enable_idempotence=True
        )

    async def __aenter__(self) -> Self:
        try:
            await asyncio.wait_for(self.kafka.start(), self.settings.kafka_seconds)
        except BaseException:
            await self.kafka.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.kafka.stop(), self.settings.kafka_seconds)
