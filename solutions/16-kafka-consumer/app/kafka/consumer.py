"""Reads the events of posts, and has each effect once:

python -m app.kafka.consumer
"""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.errors import CommitFailedError, IllegalStateError  # type: ignore[import-untyped]
from pydantic import ValidationError
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.config import Settings, get_settings
from app.database import create_engine, create_session_factory
from app.kafka.consumers_registry import HANDLERS, Handler
from app.kafka.dead_letters import DeadLetters
from app.kafka.producer import open_producer
from app.kafka.relay import TOPIC, log_as_the_servers_do
from app.repositories import StatsRepository
from app.schemas.received import EventHead, ReceivedEvent

GROUP = "posts.stats"
BATCH = 50
POLL_MILLISECONDS = 200
LONGEST_PAUSE = 10.0  # seconds
NO_SUCH_TABLE = "42P01"
"""How PostgreSQL says it, in a ProgrammingError; SQLite does in an OperationalError."""

logger = logging.getLogger("app.kafka.consumer")  # run by -m, __name__ is "__main__"


class OutageError(Exception):
    """There is no connection to the database."""


class StoppedError(Exception):
    """It is time to stop, and the message is not handled."""


@asynccontextmanager
async def open_consumer(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    """A member of the group that commits nothing by itself, and leaves the group at the end.

    It subscribes once it has started: to join takes as long as the others take to let go of their
    partitions, and whoever gives up meanwhile has them begin anew.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        group_id=settings.kafka_topic_prefix + GROUP,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=round(settings.kafka_session_seconds * 1000),
        heartbeat_interval_ms=round(settings.kafka_heartbeat_seconds * 1000),
    )
    try:
        async with asyncio.timeout(settings.kafka_seconds):
            await consumer.start()
        consumer.subscribe([settings.kafka_topic_prefix + TOPIC])
        yield consumer
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(settings.kafka_seconds):
                await consumer.stop()


class EventConsumer:
    """Handles message after message, and commits each offset after its effect.

    Where anything fails between the two, the message comes again, and is known by its id.
    """

    def __init__(
        self, settings: Settings, session_factory: async_sessionmaker[AsyncSession]
    ) -> None:
        self._settings = settings
        self._session_factory = session_factory
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Let `run` end, after the message that is being handled."""
        self._stopping.set()

    async def run(self) -> None:
        """Consume until stopped. Where Kafka fails, begin again at what was committed."""
        pause = self._settings.retry_seconds
        while not self._stopping.is_set():
            try:
                async with (
                    open_producer(self._settings) as producer,
                    open_consumer(self._settings) as consumer,
                ):
                    pause = self._settings.retry_seconds
                    await self._consume(consumer, DeadLetters(self._settings, producer))
            except StoppedError:
                break
            except Exception as error:
                logger.warning("Kafka fails; next try in %.1f s: %r", pause, error)
                await self._rest(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _consume(self, consumer: AIOKafkaConsumer, dead_letters: DeadLetters) -> None:
        while not self._stopping.is_set():
            found = await consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=BATCH)
            for partition, messages in found.items():
                await self._work_off(consumer, dead_letters, partition, messages)

    async def _work_off(
        self,
        consumer: AIOKafkaConsumer,
        dead_letters: DeadLetters,
        partition: TopicPartition,
        messages: Sequence[Any],
    ) -> None:
        """Handle messages of one partition, as long as it is ours."""
        for message in messages:
            if self._stopping.is_set() or partition not in consumer.assignment():
                return
            await self._process(message, dead_letters)
            try:
                async with asyncio.timeout(self._settings.kafka_seconds):
                    await consumer.commit({partition: message.offset + 1})
            except (CommitFailedError, IllegalStateError) as error:
                logger.info("Somebody else reads %s now: %r", partition, error)
                return

    async def _process(self, message: Any, dead_letters: DeadLetters) -> None:
        """See that a message has its effect, or is put aside. Raises StoppedError, KafkaError."""
        place = f"{message.topic}-{message.partition}@{message.offset}"
        if message.value is None:
            logger.info("%s is a tombstone", place)
            return
        try:
            head = EventHead.model_validate_json(message.value)
            handler = HANDLERS.get(head.type)
            if handler is None:
                logger.info("%s is not for us: %s", place, head.type)
            else:
                await self._handle(handler, ReceivedEvent.model_validate_json(message.value))
        except (StoppedError, asyncio.CancelledError):
            raise
        except Exception as error:
            await dead_letters.send(message, error)
            logger.error("%s is put aside: %s", place, type(error).__name__)  # noqa: TRY400

    async def _handle(self, handler: Handler, event: ReceivedEvent) -> None:
        """Try until the event has had its effect, with pauses that grow. Raises what it fails by,
        once it has failed too often by itself."""
        pause, failures = self._settings.retry_seconds, 0
        while True:
            try:
                return await self._apply(handler, event)
            except ValidationError:
                raise
            except Exception as error:
                logger.warning("%s fails: %r", event.id, error)
                failures += not _is_outage(error)
                if failures >= self._settings.handler_tries:
                    raise
            await self._rest(pause)
            if self._stopping.is_set():
                raise StoppedError
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _apply(self, handler: Handler, event: ReceivedEvent) -> None:
        """The effect and the event's id, in one transaction; nothing where the id is there."""
        async with self._begin() as session:
            if await StatsRepository(session).remember(event.id):
                await handler(session, event)

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[AsyncSession]:
        """A transaction, committed at its end. Raises OutageError."""
        async with self._session_factory.begin() as session:
            try:
                await session.connection()
            except Exception as error:  # the driver's or the system's: ConnectionRefusedError, …
                raise OutageError(repr(error)) from error
            yield session

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until it is time to stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def _is_outage(error: Exception) -> bool:
    """Whether it is the database's fault, and not the event's."""
    if not isinstance(error, exc.DBAPIError):
        return isinstance(error, OutageError)
    late = getattr(error.orig, "sqlstate", None) == NO_SUCH_TABLE
    return late or error.connection_invalidated or isinstance(error, exc.OperationalError)


async def main() -> None:
    """Consume until SIGTERM or Ctrl-C. What is being handled then has `kafka_seconds` to end."""
    settings = get_settings()
    if not settings.kafka_bootstrap_servers:
        sys.exit("KAFKA_BOOTSTRAP_SERVERS is empty: there is no Kafka to read from.")
    log_as_the_servers_do(settings)
    engine = create_engine(settings)
    consumer = EventConsumer(settings, create_session_factory(engine))
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    running = asyncio.create_task(consumer.run())
    running.add_done_callback(lambda _: stopped.set())
    try:
        await stopped.wait()
        consumer.stop()
        await asyncio.wait({running}, timeout=settings.kafka_seconds)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    finally:
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
