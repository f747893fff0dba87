"""What the consumer does with events, and with what is none."""

import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import TopicPartition  # type: ignore[import-untyped]
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.config import Settings
from app.database import create_session_factory
from app.events import handlers
from app.kafka import consumer as module
from app.kafka.consumers_registry import HANDLERS
from app.models import PostStats, ProcessedEvent

PARTITION = TopicPartition("posts.events", 0)
Consume = Callable[..., Awaitable["FakeKafka"]]


class FakeKafka:
    """Consumer and producer at once: gives its messages, and ends when they are worked off."""

    def __init__(self, values: list[bytes | None]) -> None:
        self.committed: dict[TopicPartition, int] = {}
        self.dead: list[tuple[bytes, dict[str, bytes]]] = []
        self.at_the_end: Callable[[], None] = lambda: None
        self._messages = [
            SimpleNamespace(
                topic="posts.events", partition=0, offset=at, key=b"7", value=value, headers=()
            )
            for at, value in enumerate(values)
        ]

    def assignment(self) -> set[TopicPartition]:
        return {PARTITION}

    async def getmany(self, **_: Any) -> dict[TopicPartition, list[Any]]:
        messages, self._messages = self._messages, []
        if not messages:
            self.at_the_end()
        return {PARTITION: messages}

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        self.committed.update(offsets)

    async def send_and_wait(self, topic: str, *, value: bytes, key: bytes, headers: Any) -> None:
        assert (topic, key) == ("posts.events.dlt", b"7")
        self.dead.append((value, dict(headers)))


@pytest.fixture
def consume(settings: Settings, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> Consume:
    """Have a consumer read these values, in one partition."""
    patient = settings.model_copy(update={"retry_seconds": 0.001, "handler_tries": 2})

    async def consume(*values: bytes | None) -> FakeKafka:
        kafka = FakeKafka(list(values))

        @asynccontextmanager
        async def opened(_: Settings) -> Any:
            yield kafka

        monkeypatch.setattr(module, "open_consumer", opened)
        monkeypatch.setattr(module, "open_producer", opened)
        consumer = module.EventConsumer(patient, create_session_factory(engine))
        kafka.at_the_end = consumer.stop
        await consumer.run()
        assert kafka.committed == {PARTITION: len(values)}
        return kafka

    return consume


def event(kind: str = "post.created", **more: Any) -> bytes:
    envelope = {"id": str(uuid4()), "type": kind, "version": 1, "data": {"user_id": 7}, **more}
    return json.dumps({"occurred_at": "2031-05-17T09:00:00Z", **envelope}).encode()


async def counts(session: AsyncSession) -> tuple[int, int, int] | None:
    """Those of user 7."""
    stats = await session.get(PostStats, 7, populate_existing=True)
    return (stats.created, stats.updated, stats.deleted) if stats else None


async def test_events_are_counted(consume: Consume, session: AsyncSession) -> None:
    later = event("post.deleted", version=2, data={"author_id": 7}, more="unknown")
    await consume(event(), event(), event("post.updated"), later)
    assert await counts(session) == (2, 1, 1)


async def test_what_comes_twice_counts_once(consume: Consume, session: AsyncSession) -> None:
    one, other = event(), event()
    await consume(one, one, other)
    await consume(other, one)
    assert await counts(session) == (2, 0, 0)


async def test_what_is_for_others_is_left(consume: Consume, session: AsyncSession) -> None:
    kafka = await consume(event("comment.created", version=9), None)
    assert kafka.dead == []
    assert await counts(session) is None


@pytest.mark.parametrize(
    "poison",
    [
        b"{",
        b"\xff",
        event(version=3),
        event(data={}),
        event(data={"user_id": 2**40}),
        event(id=None),
        event().replace(b'"id"', b'"uid"'),
    ],
)
async def test_what_cannot_be_read_is_put_aside(
    consume: Consume, session: AsyncSession, poison: bytes
) -> None:
    kafka = await consume(poison, event())
    [(value, headers)] = kafka.dead
    assert value == poison
    assert (headers["dlt-partition"], headers["dlt-offset"]) == (b"0", b"0")
    assert b"Error" in headers["dlt-cause"]
    assert await counts(session) == (1, 0, 0)


async def test_what_fails_by_itself_has_so_many_tries(
    consume: Consume, session: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    async def fail(session: AsyncSession, envelope: Any) -> None:
        await handlers.count_created(session, envelope)
        tries.append(envelope)
        raise RuntimeError("by itself")

    monkeypatch.setitem(HANDLERS, "post.created", fail)
    kafka = await consume(event(), event("post.updated"))
    assert [headers["dlt-cause"] for _, headers in kafka.dead] == [b"RuntimeError: by itself"]
    assert len(tries) == 2
    assert await counts(session) == (0, 1, 0)
    assert await session.scalar(select(func.count()).select_from(ProcessedEvent)) == 1


async def test_an_outage_is_waited_for(
    consume: Consume, session: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage = iter([OperationalError("UPDATE", {}, Exception("away"))] * 5)

    async def count(session: AsyncSession, envelope: Any) -> None:
        if error := next(outage, None):
            raise error
        await handlers.count_created(session, envelope)

    monkeypatch.setitem(HANDLERS, "post.created", count)
    kafka = await consume(event())
    assert kafka.dead == []
    assert await counts(session) == (1, 0, 0)
