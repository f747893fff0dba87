"""Stores events beside what they tell of."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models import OutboxEvent
from app.schemas.events import EventEnvelope


async def record(session: AsyncSession, kind: str, posts) -> None:
    for post in posts:
        names = ("id", "title", "content", "published", "user_id")
        envelope = EventEnvelope(type=str(kind), data={name: getattr(post, name) for name in names})
        body = envelope.model_dump_json()
        session.add(OutboxEvent(topic="posts.events", post_id=post.id, body=body))
