"""Stores events beside what they tell of."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import OutboxEvent
from app.schemas.events import EventEnvelope, PostEventData, PostEventType


async def record(session: AsyncSession, kind: PostEventType, posts: Iterable[Any]) -> None:
    """One INSERT for all of them, in the caller's transaction."""
    rows = []
    for post in posts:
        data = PostEventData.model_validate(post).model_dump()
        envelope = EventEnvelope(type=kind.value, data=data)
        rows.append(
            {
                "event_id": envelope.id,
                "message_key": b"%d" % data["id"],
                "payload": envelope.model_dump(mode="json"),
            }
        )
    if rows:
        await session.execute(insert(OutboxEvent), rows)
