"""A batch of each partition at a time, the partitions side by side; one commit for a batch."""

import asyncio
import json
import logging
import signal
from collections.abc import Callable
from functools import partial

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError, OperationalError

from app.config import Settings, get_settings
from app.database import create_engine, create_session_factory
from app.kafka.consumers_registry import HANDLERS
from app.models import ProcessedEvent
from app.schemas.received import EventHead, ReceivedEvent

logger = logging.getLogger("app.kafka.consumer")
LONGEST = 10.0


async def sleep(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        pass


def read(value: bytes) -> ReceivedEvent | None:
    """Raises ValueError."""
    parsed = json.loads(value)
    if not isinstance(parsed, dict):
        raise ValueError("no object")
    head = EventHead.model_validate(parsed)
    return ReceivedEvent.model_validate(parsed) if head.type in HANDLERS else None


async def effect(sessions: Callable, event: ReceivedEvent) -> None:
    async with sessions() as session:
        try:
            await session.execute(insert(ProcessedEvent).values(event_id=event.id))
        except IntegrityError as error:
            if "processed_events" not in str(error.orig):
                raise
            return
        await HANDLERS[event.type](session, event)
        await session.commit()


async def handle(message, *, settings, sessions, producer, stopping) -> bool:
    """Whether it is done with."""
    cause: Exception
    try:
        event = read(message.value) if message.value is not None else None
    except (ValueError, TypeError, RecursionError) as error:
        cause = error
    else:
        if event is None:
            return True
        pause, tries = settings.retry_seconds, 0
        while True:
            try:
                await effect(sessions, event)
                return True
            except (KeyError, TypeError) as error:
                cause = error
                break
            except (OperationalError, OSError) as error:  # OSError: no connection to PostgreSQL
                logger.warning("The database: %s", error)
            except Exception as error:
                cause, tries = error, tries + 1
                logger.warning("The event: %s", error)
                if tries == settings.handler_tries:
                    break
            await sleep(stopping, pause)
            if stopping.is_set():
                return False
            pause = min(pause * 2, LONGEST)
    headers = [
        *message.headers,
        ("dlt-cause", f"{cause}".encode(errors="replace") or b"?"),
        ("dlt-topic", message.topic.encode()),
        ("dlt-partition", b"%d" % message.partition),
        ("dlt-offset", b"%d" % message.offset),
    ]
    async with asyncio.timeout(settings.kafka_seconds):
        future = await producer.send(
            f"{message.topic}.dlt", message.value, key=message.key, headers=headers
        )
        await future
    return True


async def work(consumer, partition, messages, *, stopping, seconds, one) -> None:
    done = None
    try:
        for message in messages:
            if stopping.is_set() or partition not in consumer.assignment() or not await one(message):
                break
            done = message.offset + 1
    finally:
        if done is not None:
            async with asyncio.timeout(seconds):
                await consumer.commit({partition: done})


async def consume(settings: Settings, sessions: Callable, stopping: asyncio.Event) -> None:
    where = {"bootstrap_servers": settings.kafka_bootstrap_servers}
    consumer = AIOKafkaConsumer(
        group_id=settings.kafka_topic_prefix + "posts.stats",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=int(settings.kafka_session_seconds * 1000),
        heartbeat_interval_ms=int(settings.kafka_heartbeat_seconds * 1000),
        **where,
    )
    producer = AIOKafkaProducer(enable_idempotence=True, **where)
    consumer.subscribe([settings.kafka_topic_prefix + "posts.events"])
    seconds = settings.kafka_seconds
    try:
        async with asyncio.timeout(seconds):
            await consumer.start()
            await producer.start()
        one = partial(
            handle, settings=settings, sessions=sessions, producer=producer, stopping=stopping
        )
        while not stopping.is_set():
            batches = await consumer.getmany(timeout_ms=300)
            async with asyncio.TaskGroup() as group:
                for partition, messages in batches.items():
                    group.create_task(
                        work(consumer, partition, messages, stopping=stopping, seconds=seconds, one=one)
                    )
    finally:
        for each in (consumer, producer):
            try:
                await asyncio.wait_for(each.stop(), seconds)
            except (TimeoutError, KafkaError):
                logger.warning("Kafka does not answer")


async def main() -> None:
    settings = get_settings()
    logging.basicConfig(level=settings.log_level)
    engine = create_engine(settings)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    while not stopping.is_set():
        try:
            await consume(settings, create_session_factory(engine), stopping)
        except* Exception as errors:
            logger.warning("Again: %r", errors.exceptions)
            await sleep(stopping, 1.0)
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
