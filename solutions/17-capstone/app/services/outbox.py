"""Tells what has become of posts and comments, in the transaction in which it becomes so."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.models import OutboxEvent
from app.repositories import OutboxRepository
from app.schemas.events import (
    CommentEventData,
    CommentEventType,
    EventEnvelope,
    PostEventData,
    PostEventType,
)

EventType = PostEventType | CommentEventType


async def record(session: AsyncSession, kind: EventType, things: Iterable[Any]) -> None:
    """Store an event for each, or for its row. The caller commits both, or neither."""
    await OutboxRepository(session).add_all([_event(kind, each) for each in things])


def _event(kind: EventType, thing: Any) -> OutboxEvent:
    form = PostEventData if isinstance(kind, PostEventType) else CommentEventData
    data = form.model_validate(thing)
    envelope = EventEnvelope(type=kind, data=data.model_dump(mode="json"))
    return OutboxEvent(key=data.key, value=envelope.model_dump_json())
