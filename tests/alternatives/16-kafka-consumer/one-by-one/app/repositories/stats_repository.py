"""Statistics of authors: an UPDATE, and an INSERT where there is no row yet."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import PostStats


class StatsRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def increase(self, user_id: int, column: str) -> None:
        if await self._update(user_id, column):
            return
        try:
            async with self._session.begin_nested():
                row = {"user_id": user_id, "created": 0, "updated": 0, "deleted": 0, column: 1}
                self._session.add(PostStats(**row))
        except IntegrityError:  # somebody was faster, or it is refused for another reason
            if not await self._update(user_id, column):
                raise

    async def _update(self, user_id: int, column: str) -> bool:
        query = (
            update(PostStats)
            .where(PostStats.user_id == user_id)
            .values({column: getattr(PostStats, column) + 1})
            .returning(PostStats.user_id)
        )
        return await self._session.scalar(query) is not None
