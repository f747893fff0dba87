"""One message after the other, with getone. SIGTERM cancels it, wherever it is."""

import asyncio
import json
import logging
import signal
import sys
import traceback
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from sqlalchemy.exc import IntegrityError, OperationalError

from app.config import Settings, get_settings
from app.database import create_engine, create_session_factory
from app.events.handlers import UnreadableError
from app.kafka.consumers_registry import HANDLERS
from app.models import ProcessedEvent
from app.schemas.events import EventEnvelope

TOPIC, GROUP = "posts.events", "posts.stats"
log = logging.getLogger("posts.consumer")


class Worker:
    def __init__(self, settings: Settings, sessions) -> None:
        self.settings = settings
        self.sessions = sessions

    async def forever(self) -> None:
        while True:
            try:
                await self.once()
            except Exception:
                log.warning("kafka: %s", traceback.format_exc(limit=1))
                await asyncio.sleep(1.0)

    async def once(self) -> None:
        settings, limit = self.settings, self.settings.kafka_seconds
        servers, prefix = settings.kafka_bootstrap_servers, settings.kafka_topic_prefix
        self.producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all")
        self.consumer = AIOKafkaConsumer(
            prefix + TOPIC,
            bootstrap_servers=servers,
            group_id=prefix + GROUP,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            partition_assignment_strategy=[RangePartitionAssignor],
            session_timeout_ms=int(settings.kafka_session_seconds * 1000),
            heartbeat_interval_ms=int(settings.kafka_heartbeat_seconds * 1000),
        )
        try:
            async with asyncio.timeout(limit):
                await self.producer.start()
            async with asyncio.timeout(limit):
                await self.consumer.start()
            while True:
                message = await self.consumer.getone()
                await self.handle(message)
                place = TopicPartition(message.topic, message.partition)
                async with asyncio.timeout(limit):
                    await self.consumer.commit({place: message.offset + 1})
        finally:
            for each in (self.consumer, self.producer):
                with suppress(Exception):
                    await asyncio.wait_for(each.stop(), limit)

    async def handle(self, message: ConsumerRecord) -> None:
        if message.value is None:
            return
        try:
            raw = {"id": None, **json.loads(message.value)}
            event = EventEnvelope.model_validate({**raw, "version": 1, "data": {}})
            if event.type not in HANDLERS:
                return
            event = EventEnvelope.model_validate(raw)
        except (ValueError, TypeError, RecursionError) as error:
            await self.bury(message, error)
            return
        if event.version not in (1, 2):
            await self.bury(message, UnreadableError(f"version {event.version}"))
            return
        pause, tries = self.settings.retry_seconds, 0
        while True:
            try:
                await self.store(event)
            except UnreadableError as error:
                await self.bury(message, error)
            except (OperationalError, OSError) as error:
                log.warning("database: %r", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, 10)
                continue
            except Exception as error:
                tries += 1
                log.warning("try %s: %r", tries, error)
                if tries < self.settings.handler_tries:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, 10)
                    continue
                await self.bury(message, error)
            return

    async def store(self, event: EventEnvelope) -> None:
        async with self.sessions() as session:
            session.add(ProcessedEvent(event_id=str(event.id), type=event.type))
            try:
                await session.flush()
            except IntegrityError:
                return
            await HANDLERS[event.type](session, event)
            await session.commit()

    async def bury(self, message: ConsumerRecord, error: Exception) -> None:
        extra = [
            ("dlt-cause", repr(error)),
            ("dlt-topic", message.topic),
            ("dlt-partition", str(message.partition)),
            ("dlt-offset", str(message.offset)),
        ]
        headers = list(message.headers) + [(name, text.encode(errors="replace")) for name, text in extra]
        topic = self.settings.kafka_topic_prefix + TOPIC + ".dlt"
        async with asyncio.timeout(self.settings.kafka_seconds):
            await self.producer.send_and_wait(topic, message.value, message.key, headers=headers)


async def main() -> int:
    settings = get_settings()
    if not settings.kafka_bootstrap_servers:
        return 2
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    engine = create_engine(settings)
    worker = Worker(settings, create_session_factory(engine))
    working = asyncio.create_task(worker.forever())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
    with suppress(asyncio.CancelledError):
        await working
    await engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
