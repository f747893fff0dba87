"""One handler for all, which asks the event what it is."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.schemas.events import EventEnvelope

SQL = """
INSERT INTO post_stats (user_id, created, updated, deleted) VALUES (:user, :c, :u, :d)
ON CONFLICT (user_id) DO UPDATE SET created = post_stats.created + excluded.created,
  updated = post_stats.updated + excluded.updated, deleted = post_stats.deleted + excluded.deleted
"""


async def count(session: AsyncSession, event: EventEnvelope) -> None:
    data = event.data
    user = data["user_id"] if event.version == 1 else data["author_id"]
    if type(user) is not int:
        raise TypeError("the author is no number")
    verb = event.type.partition(".")[2]
    numbers = {name[0]: int(name == verb) for name in ("created", "updated", "deleted")}
    await session.execute(text(SQL), {"user": user, **numbers})
