"""Tells what has become of posts, in the transaction in which it becomes so."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.models import OutboxEvent
from app.repositories import OutboxRepository
from app.schemas.events import EventEnvelope, PostEventData, PostEventType
from app.utils.request_ids import request_id


async def record(session: AsyncSession, kind: PostEventType, posts: Iterable[Any]) -> None:
    """Store an event for each post, or row of one. The caller commits both, or neither."""
    await OutboxRepository(session).add_all([_event(kind, post) for post in posts])


def _event(kind: PostEventType, post: Any) -> OutboxEvent:
    data = PostEventData.model_validate(post)
    envelope = EventEnvelope(type=kind, data=data.model_dump(mode="json"))
    return OutboxEvent(
        key=str(data.id), value=envelope.model_dump_json(), request_id=request_id.get()
    )
