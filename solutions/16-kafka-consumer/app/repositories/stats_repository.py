"""What events have brought about, and which ones have."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import PostStats, ProcessedEvent

INSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
"""Both databases know ON CONFLICT, each with a construct of its own."""


class StatsRepository:
    """Statistics, in the session of the caller, who alone commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def remember(self, event_id: UUID) -> bool:
        """Store that an event is handled: False where it was already.

        One statement looks and writes, so that of two at once the second waits for the first.
        """
        query = self._insert(ProcessedEvent).values(event_id=event_id).on_conflict_do_nothing()
        query = query.returning(ProcessedEvent.event_id)
        return await self._session.scalar(query) is not None

    async def count(self, user_id: int, **more: int) -> None:
        """Add to an author's counts: `count(7, created=1)`. The database adds, so that of two at
        once none is lost."""
        zeros = dict.fromkeys(("created", "updated", "deleted"), 0)
        query = self._insert(PostStats).values(user_id=user_id, **{**zeros, **more})
        sums = {name: getattr(PostStats, name) + number for name, number in more.items()}
        await self._session.execute(
            query.on_conflict_do_update(index_elements=[PostStats.user_id], set_=sums)
        )

    def _insert(self, model: type[PostStats | ProcessedEvent]) -> Any:
        return INSERTS[self._session.get_bind().dialect.name](model)
