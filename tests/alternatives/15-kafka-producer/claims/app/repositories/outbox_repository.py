"""Claims of rows, in sessions of their own."""

import time

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import aliased

from app.models import OutboxEvent


class OutboxRepository:
    """Every method is a transaction, over before it returns."""

    def __init__(self, sessions: async_sessionmaker, owner: str, seconds: float) -> None:
        self.sessions, self.owner, self.seconds = sessions, owner, seconds

    async def claim(self, most: int) -> list[OutboxEvent]:
        """Rows that are this relay's now, and before which none of the same post is another's."""
        now = time.time()
        waiting = select(OutboxEvent.id).where(~OutboxEvent.dead).order_by(OutboxEvent.id)
        free = (OutboxEvent.claimed_until < now) | (OutboxEvent.owner == self.owner)
        claim = update(OutboxEvent).where(OutboxEvent.id.in_(waiting.limit(most)), free)
        values = {"owner": self.owner, "claimed_until": now + self.seconds}
        other = aliased(OutboxEvent)
        before = select(other.id).where(
            other.post_id == OutboxEvent.post_id,
            other.id < OutboxEvent.id,
            other.owner.is_distinct_from(self.owner),
            ~other.dead,
        )
        mine = select(OutboxEvent).where(OutboxEvent.owner == self.owner, ~OutboxEvent.dead)
        async with self.sessions.begin() as session:
            if await session.scalar(waiting.limit(1)) is None:
                return []
            await session.execute(claim.values(**values))
        async with self.sessions() as session:
            found = await session.scalars(mine.where(~before.exists()).order_by(OutboxEvent.id))
            return list(found)

    async def renew(self) -> None:
        async with self.sessions.begin() as session:
            mine = update(OutboxEvent).where(OutboxEvent.owner == self.owner)
            await session.execute(mine.values(claimed_until=time.time() + self.seconds))

    async def sent(self, id_: int) -> None:
        async with self.sessions.begin() as session:
            await session.execute(delete(OutboxEvent).where(OutboxEvent.id == id_))

    async def dead(self, id_: int) -> None:
        async with self.sessions.begin() as session:
            await session.execute(
                update(OutboxEvent).where(OutboxEvent.id == id_).values(dead=True)
            )

    async def release(self) -> None:
        async with self.sessions.begin() as session:
            mine = update(OutboxEvent).where(OutboxEvent.owner == self.owner)
            await session.execute(mine.values(owner=None, claimed_until=0.0))
