"""Empties the outbox into Kafka, in the application or as a process of its own:

python -m app.kafka.relay
"""

import asyncio
import json
import logging.config
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]
from aiokafka.errors import MessageSizeTooLargeError  # type: ignore[import-untyped]
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.config import Settings, get_settings
from app.database import create_engine, create_session_factory
from app.kafka.producer import open_producer
from app.logs import set_level
from app.models import OutboxEvent
from app.repositories import OutboxRepository

TOPIC = "posts.events"
BATCH = 50
LONGEST_PAUSE = 2.0  # seconds

logger = logging.getLogger("app.kafka.relay")  # run by -m, __name__ is "__main__"


class LeaseLostError(Exception):
    """Another relay has taken over."""


class OutboxRelay:
    """Sends what the outbox holds, in order, and forgets what Kafka has acknowledged.

    Any number of relays may run. The one that has the lease sends and the others stand by: two
    that send would overtake each other. No session is held while Kafka is waited for.
    """

    def __init__(
        self, settings: Settings, session_factory: async_sessionmaker[AsyncSession]
    ) -> None:
        self._settings = settings
        self._topic = settings.kafka_topic_prefix + TOPIC
        self._session_factory = session_factory
        self._holder = str(uuid4())
        self._renew_at = 0.0
        """By the event loop's clock."""
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Let `run` end, after the event that is on its way. It waits for Kafka no longer than
        `kafka_seconds`, once for that event and once for the producer."""
        self._stopping.set()

    async def run(self) -> None:
        """Relay until stopped. What fails is logged, and tried again after a longer pause."""
        pause = self._settings.outbox_seconds
        while not self._stopping.is_set():
            try:
                async with open_producer(self._settings) as producer:
                    pause = self._settings.outbox_seconds
                    await self._relay(producer)
            except Exception as error:
                pause = min(pause * 2, LONGEST_PAUSE)
                logger.warning("Events wait; next try in %.1f s: %r", pause, error)
                await self._rest(pause)
        with suppress(SQLAlchemyError):  # then the lease ends by itself
            await self._drop_lease()

    async def _relay(self, producer: AIOKafkaProducer) -> None:
        """Relay until stopped, or until something fails."""
        while not self._stopping.is_set():
            if not await self._list_waiting() or not await self._take_lease():
                await self._rest(self._settings.outbox_seconds)
                continue
            acknowledged: list[int] = []
            try:  # a second look: who had the lease before may have sent some
                for event in await self._list_waiting():
                    if not self._stopping.is_set():
                        await self._send(producer, event, acknowledged)
            finally:
                await self._forget(acknowledged)

    async def _send(
        self, producer: AIOKafkaProducer, event: OutboxEvent, acknowledged: list[int]
    ) -> None:
        """Send one event, and add it to `acknowledged` once Kafka has it.

        While Kafka is away the event stays with the producer, which tries again and again. Nobody
        else sends it meanwhile, for the lease is kept. Raises TimeoutError if it is time to stop.
        """
        await self._keep_lease()
        try:
            answer = await producer.send(
                self._topic, value=event.value.encode(), key=event.key.encode()
            )
            while True:
                await asyncio.wait({answer}, timeout=self._settings.kafka_seconds)
                if answer.done():
                    break
                if self._stopping.is_set():
                    raise TimeoutError
                await self._keep_lease()
            answer.result()
        except MessageSizeTooLargeError as error:
            logger.exception("Event %s can never be sent: it stays in the outbox", event.id)
            await self._give_up(event, repr(error))
        else:
            acknowledged.append(event.id)

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until it is time to stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    # The database, in sessions that are over before Kafka is waited for.

    async def _list_waiting(self) -> Sequence[OutboxEvent]:
        async with self._session_factory() as session:
            return await OutboxRepository(session).list_waiting(BATCH)

    async def _forget(self, ids: Sequence[int]) -> None:
        if ids:
            async with self._session_factory.begin() as session:
                await OutboxRepository(session).remove(ids)

    async def _give_up(self, event: OutboxEvent, error: str) -> None:
        async with self._session_factory.begin() as session:
            await OutboxRepository(session).give_up(event.id, error)

    async def _take_lease(self) -> bool:
        """The lease is for so long that it is prolonged in time, whatever Kafka does."""
        now, seconds = asyncio.get_running_loop().time(), self._settings.kafka_seconds
        try:
            async with self._session_factory.begin() as session:
                taken = await OutboxRepository(session).take_lease(self._holder, seconds * 3)
        except IntegrityError:  # two relays were the first at the same time
            return False
        self._renew_at = now + seconds
        return taken

    async def _keep_lease(self) -> None:
        """Prolong the lease where it is time to. Raises LeaseLostError."""
        due = asyncio.get_running_loop().time() >= self._renew_at
        if due and not await self._take_lease():
            raise LeaseLostError

    async def _drop_lease(self) -> None:
        async with self._session_factory.begin() as session:
            await OutboxRepository(session).drop_lease(self._holder)


@asynccontextmanager
async def relaying(
    settings: Settings, session_factory: async_sessionmaker[AsyncSession]
) -> AsyncIterator[None]:
    """Relay beside whatever happens within, if there is a Kafka at all."""
    if not settings.kafka_bootstrap_servers:
        yield
        return
    relay = OutboxRelay(settings, session_factory)
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        relay.stop()
        await task


def log_as_the_servers_do(settings: Settings) -> None:
    logging.config.dictConfig(json.loads(Path("logging.json").read_text(encoding="utf-8")))
    set_level(settings.log_level)


async def main() -> None:
    """Relay until SIGTERM or Ctrl-C."""
    settings = get_settings()
    if not settings.kafka_bootstrap_servers:
        sys.exit("KAFKA_BOOTSTRAP_SERVERS is empty: there is no Kafka to send to.")
    log_as_the_servers_do(settings)
    engine = create_engine(settings)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        async with relaying(settings, create_session_factory(engine)):
            await stopped.wait()
    finally:
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
