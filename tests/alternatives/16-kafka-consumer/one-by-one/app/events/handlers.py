"""One class for all three."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.repositories.stats_repository import StatsRepository
from app.schemas.events import EventEnvelope


class UnreadableError(Exception):
    pass


def author_of(event: EventEnvelope) -> int:
    name = "author_id" if event.version == 2 else "user_id"
    user_id = event.data.get(name)
    if not isinstance(user_id, int) or not 0 < user_id < 2**31:
        raise UnreadableError(f"data has no usable {name}")
    return user_id


def counting(column: str):
    async def handle(session: AsyncSession, event: EventEnvelope) -> None:
        await StatsRepository(session).increase(author_of(event), column)

    return handle
