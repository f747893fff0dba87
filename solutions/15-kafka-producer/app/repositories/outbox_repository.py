"""Events that wait for Kafka, and whose turn it is to send them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import OutboxEvent, RelayLease

LEASE = "outbox"


class OutboxRepository:
    """The outbox, in the session of the caller, who alone commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add_all(self, events: Sequence[OutboxEvent]) -> None:
        """Store events behind all others, in their order."""
        self._session.add_all(events)
        await self._session.flush()

    async def list_waiting(self, limit: int) -> Sequence[OutboxEvent]:
        """The oldest events that Kafka has not acknowledged, and still may."""
        query = select(OutboxEvent).where(OutboxEvent.error.is_(None)).order_by(OutboxEvent.id)
        return (await self._session.scalars(query.limit(limit))).all()

    async def remove(self, ids: Sequence[int]) -> None:
        """Forget events that Kafka has acknowledged."""
        await self._session.execute(delete(OutboxEvent).where(OutboxEvent.id.in_(ids)))

    async def give_up(self, id_: int, error: str) -> None:
        """Keep an event that can never be sent, with the reason, out of the way of all others."""
        query = update(OutboxEvent).where(OutboxEvent.id == id_).values(error=error)
        await self._session.execute(query)

    async def take_lease(self, holder: str, seconds: float) -> bool:
        """Take the lease, or prolong it: whether `holder` has it now, and nobody else.

        One statement looks and writes, so that of two at once the second finds it taken. Raises
        IntegrityError where two are the very first.
        """
        now = datetime.now(UTC)
        until = now + timedelta(seconds=seconds)
        query = (
            update(RelayLease)
            .where(RelayLease.name == LEASE)
            .where(or_(RelayLease.holder == holder, RelayLease.until < now))
            .values(holder=holder, until=until)
            .returning(RelayLease.name)
        )
        if await self._session.scalar(query):
            return True
        if await self._session.get(RelayLease, LEASE):
            return False
        self._session.add(RelayLease(name=LEASE, holder=holder, until=until))
        await self._session.flush()
        return True

    async def drop_lease(self, holder: str) -> None:
        """Let another relay have its turn at once."""
        query = delete(RelayLease).where(RelayLease.name == LEASE, RelayLease.holder == holder)
        await self._session.execute(query)
