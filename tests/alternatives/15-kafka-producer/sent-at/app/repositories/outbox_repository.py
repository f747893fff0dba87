"""Whose turn it is to send."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import RelayLease


class OutboxRepository:
    """The lease of the outbox."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def take(self, holder: str, seconds: float) -> bool:
        now = datetime.now(UTC)
        values = {"holder": holder, "until": now + timedelta(seconds=seconds)}
        mine = or_(RelayLease.holder == holder, RelayLease.until < now)
        taken = await self.session.execute(update(RelayLease).where(mine).values(**values))
        if not taken.rowcount and await self.session.get(RelayLease, "outbox") is None:
            taken = await self.session.execute(insert(RelayLease).values(name="outbox", **values))
        return bool(taken.rowcount)

    async def give_back(self, holder: str) -> None:
        await self.session.execute(delete(RelayLease).where(RelayLease.holder == holder))
