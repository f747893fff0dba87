"""python -m app.kafka.relay: two relays share the rows, and wait for each other's posts."""

import asyncio
import contextlib
import logging
import os
import signal
import sys

from aiokafka.errors import MessageSizeTooLargeError

from app.config import Settings, get_settings
from app.database import create_engine, create_session_factory
from app.kafka.producer import Producer
from app.repositories.outbox_repository import OutboxRepository

logger = logging.getLogger("app.kafka.relay")


class Relay:
    """Claims rows, sends them, deletes them."""

    def __init__(self, settings: Settings, sessions) -> None:
        self.settings = settings
        owner = f"{os.getpid()}-{id(self)}"
        self.rows = OutboxRepository(sessions, owner, settings.kafka_seconds * 3)

    async def forever(self) -> None:
        try:
            while True:
                try:
                    async with Producer(self.settings) as producer, asyncio.TaskGroup() as tasks:
                        tasks.create_task(self.renew())
                        tasks.create_task(self.send(producer))
                except* Exception as error:
                    logger.warning("once more: %s", error.exceptions)
                await asyncio.sleep(0.5)
        finally:
            with contextlib.suppress(Exception):
                await self.rows.release()

    async def renew(self) -> None:
        while True:
            await asyncio.sleep(self.settings.kafka_seconds)
            await self.rows.renew()

    async def send(self, producer: Producer) -> None:
        while True:
            for row in await self.rows.claim(20):
                topic = self.settings.kafka_topic_prefix + row.topic
                try:
                    await producer.kafka.send_and_wait(
                        topic, row.body.encode(), str(row.post_id).encode()
                    )
                except MessageSizeTooLargeError:
                    logger.error("Row %d is too large for Kafka", row.id)
                    await self.rows.dead(row.id)
                else:
                    await self.rows.sent(row.id)
            await asyncio.sleep(self.settings.outbox_seconds)


@contextlib.asynccontextmanager
async def relaying(settings: Settings, sessions):
    if not settings.kafka_bootstrap_servers:
        yield
        return
    task = asyncio.create_task(Relay(settings, sessions).forever())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def main() -> None:
    settings = get_settings()
    if not settings.kafka_bootstrap_servers:
        sys.exit(2)
    logging.basicConfig(level=settings.log_level)
    engine = create_engine(settings)

    async def run() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        async with relaying(settings, create_session_factory(engine)):
            await stop.wait()
        await engine.dispose()

    asyncio.run(run())


if __name__ == "__main__":
    main()
