"""What Kafka is told of posts, and when."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka.errors import (  # type: ignore[import-untyped]
    KafkaConnectionError,
    MessageSizeTooLargeError,
)
from httpx import AsyncClient
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.config import Settings
from app.database import create_session_factory
from app.kafka import relay
from app.main import create_app
from app.models import OutboxEvent, User
from app.schemas.events import EventEnvelope

POSTS = "/api/v1/posts"
Write = Callable[..., Awaitable[dict[str, Any]]]


async def waiting(session: AsyncSession) -> list[EventEnvelope]:
    """The events in the outbox, oldest first."""
    values = await session.scalars(select(OutboxEvent.value).order_by(OutboxEvent.id))
    return [EventEnvelope.model_validate_json(value) for value in values]


class FakeProducer:
    """Acknowledges at once, but for what is too large."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes, bytes]] = []
        self._changed = asyncio.Condition()

    async def send(self, topic: str, *, value: bytes, key: bytes) -> asyncio.Future[None]:
        if b"too large" in value:
            raise MessageSizeTooLargeError
        async with self._changed:
            self.sent.append((topic, key, value))
            self._changed.notify_all()
        acknowledged = asyncio.get_running_loop().create_future()
        acknowledged.set_result(None)
        return acknowledged

    async def has_sent(self, count: int) -> None:
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.sent) >= count)


@pytest.fixture
def producer(monkeypatch: pytest.MonkeyPatch) -> FakeProducer:
    """What every relay sends to. The first time that it is opened, nobody answers."""
    producer, tries = FakeProducer(), iter([KafkaConnectionError()])

    @asynccontextmanager
    async def open_producer(_: Settings) -> Any:
        if error := next(tries, None):
            raise error
        yield producer

    monkeypatch.setattr(relay, "open_producer", open_producer)
    return producer


@pytest.fixture
def kafka(settings: Settings) -> Settings:
    """Settings that name a Kafka. The application's own name none: it relays nothing."""
    named = {"kafka_bootstrap_servers": "kafka:9092", "kafka_topic_prefix": "test-"}
    return settings.model_copy(update={**named, "outbox_seconds": 0.01})


async def test_each_change_is_told(ada: AsyncClient, write: Write, session: AsyncSession) -> None:
    post = await write("First")
    await ada.patch(f"{POSTS}/{post['id']}", json={"title": "Second"})
    await ada.post(f"{POSTS}/publish", json={"ids": [post["id"]]})
    await ada.delete(f"{POSTS}/{post['id']}")
    events = await waiting(session)
    told = [(each.type, each.data["title"], each.data["published"]) for each in events]
    assert told == [
        ("post.created", "First", False),
        ("post.updated", "Second", False),
        ("post.updated", "Second", True),
        ("post.deleted", "Second", True),
    ]
    assert len({each.id for each in events}) == 4


async def test_what_changes_nothing_is_not_told(
    ada: AsyncClient, write: Write, session: AsyncSession
) -> None:
    post = await write("Taken")
    await ada.post(POSTS, json={"title": "Taken", "content": "Again"})
    await ada.patch(f"{POSTS}/{post['id']}", json={"title": "Taken"})
    assert len(await waiting(session)) == 1


async def test_a_user_takes_the_posts_along(
    ada: AsyncClient, user: User, write: Write, session: AsyncSession
) -> None:
    ids = [(await write(title))["id"] for title in ("One", "Two")]
    await ada.delete(f"/api/v1/users/{user.id}")
    deleted = [each for each in await waiting(session) if each.type == "post.deleted"]
    assert [each.data["id"] for each in deleted] == ids


async def test_without_the_event_there_is_no_post(
    ada: AsyncClient, write: Write, session: AsyncSession
) -> None:
    await session.execute(text("DROP TABLE outbox_events"))
    await session.commit()
    response = await ada.post(POSTS, json={"title": "A title", "content": "Text"})
    assert response.status_code == 500
    assert (await ada.get(POSTS)).json()["total"] == 0


async def test_the_application_empties_its_outbox(
    kafka: Settings, producer: FakeProducer, write: Write, session: AsyncSession
) -> None:
    first, large, last = [await write(title) for title in ("One", "too large", "Three")]
    app = create_app(kafka)
    async with app.router.lifespan_context(app):
        await producer.has_sent(2)
    assert [(topic, int(key)) for topic, key, _ in producer.sent] == [
        ("test-posts.events", first["id"]),
        ("test-posts.events", last["id"]),
    ]
    [left] = await session.scalars(select(OutboxEvent))
    assert left.key == str(large["id"])
    assert left.error is not None


async def test_two_relays_send_nothing_twice(
    kafka: Settings, engine: AsyncEngine, producer: FakeProducer, write: Write
) -> None:
    titles = [(await write(f"Title {number}"))["title"] for number in range(10)]
    sessions = create_session_factory(engine)
    async with relay.relaying(kafka, sessions), relay.relaying(kafka, sessions):
        await producer.has_sent(10)
    sent = [json.loads(value)["data"]["title"] for _, _, value in producer.sent]
    assert sent == titles
