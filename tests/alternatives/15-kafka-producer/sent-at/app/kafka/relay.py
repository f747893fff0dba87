"""python -m app.kafka.relay: functions, batches, and rows that are marked."""

import asyncio
import json
import logging
import logging.config
import signal
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import uuid4

from aiokafka.errors import MessageSizeTooLargeError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.config import Settings, get_settings
from app.database import create_engine, create_session_factory
from app.kafka.producer import start_producer, stop_producer
from app.logs import set_level
from app.models import OutboxEvent, Status
from app.repositories.outbox_repository import OutboxRepository

log = logging.getLogger("app.relay")


async def lead(settings: Settings, sessions, me: str) -> bool:
    try:
        async with sessions.begin() as session:
            return await OutboxRepository(session).take(me, settings.kafka_seconds * 3)
    except IntegrityError:
        return False


async def keep_leading(settings: Settings, sessions, me: str) -> None:
    while True:
        await asyncio.sleep(settings.kafka_seconds)
        await lead(settings, sessions, me)


async def mark(sessions, ids: list[int], status: Status) -> None:
    if ids:
        async with sessions.begin() as session:
            values = {"status": status, "sent_at": datetime.now(UTC)}
            query = update(OutboxEvent).where(OutboxEvent.id.in_(ids)).values(**values)
            await session.execute(query.execution_options(synchronize_session=False))


async def batch(producer, settings: Settings, sessions) -> int:
    query = select(OutboxEvent).where(OutboxEvent.status == Status.NEW).order_by(OutboxEvent.id)
    async with sessions() as session:
        events = (await session.scalars(query.limit(30))).all()
    futures, failed = {}, []
    for event in events:
        headers = [("id", event.event_id.bytes), ("type", event.payload["type"].encode())]
        try:
            futures[event.id] = await producer.send(
                f"{settings.kafka_topic_prefix}posts.events",
                json.dumps(event.payload, ensure_ascii=False).encode(),
                event.message_key,
                headers=headers,
            )
        except MessageSizeTooLargeError:
            log.exception("Event %s is too large", event.event_id)
            failed.append(event.id)
    results = await asyncio.gather(*futures.values(), return_exceptions=True)
    pairs = list(zip(futures, results, strict=True))
    await mark(
        sessions, [id_ for id_, each in pairs if not isinstance(each, Exception)], Status.SENT
    )
    await mark(sessions, failed, Status.FAILED)
    for each in results:
        if isinstance(each, Exception):
            raise each
    return len(events)


async def relay(settings: Settings, sessions) -> None:
    me = f"relay-{uuid4()}"
    try:
        while True:
            try:
                await with_producer(settings, sessions, me)
            except Exception:
                log.exception("relaying failed")
            await asyncio.sleep(1)
    finally:
        with suppress(Exception):
            async with sessions.begin() as session:
                await OutboxRepository(session).give_back(me)


async def with_producer(settings: Settings, sessions, me: str) -> None:
    producer = await start_producer(settings)
    try:
        while True:
            if await lead(settings, sessions, me):
                leading = asyncio.create_task(keep_leading(settings, sessions, me))
                try:
                    while await batch(producer, settings, sessions):
                        pass
                finally:
                    leading.cancel()
            await asyncio.sleep(settings.outbox_seconds)
    finally:
        await stop_producer(producer, settings.kafka_seconds)


@asynccontextmanager
async def relaying(settings: Settings, sessions):
    """For the application's lifespan."""
    task = (
        asyncio.create_task(relay(settings, sessions)) if settings.kafka_bootstrap_servers else None
    )
    try:
        yield
    finally:
        if task:
            task.cancel()
            await asyncio.wait({task})


async def main() -> int:
    settings = get_settings()
    with open("logging.json", encoding="utf-8") as file:
        logging.config.dictConfig(json.load(file))
    set_level(settings.log_level)
    if not settings.kafka_bootstrap_servers:
        return 1
    engine = create_engine(settings)
    task = asyncio.create_task(relay(settings, create_session_factory(engine)))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with suppress(asyncio.CancelledError):
        await task
    await engine.dispose()
    return 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
