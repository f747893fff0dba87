"""Every repository, with its queries made from one."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Base
from app.utils.pagination import PageParams

Row = TypeVar("Row", bound=Base)


class BaseRepository(Generic[Row]):
    """Rows of one table. Flushes, and leaves the transaction to others."""

    table: type[Row]

    def __init__(self, session: AsyncSession) -> None:
        self._db = session

    def rows(self) -> Select[Row]:
        """All rows, sorted and with what belongs to them."""
        raise NotImplementedError

    async def create(self, entity: Row) -> Row:
        self._db.add(entity)
        await self._db.flush()
        return entity

    async def get(self, id_: int) -> Row | None:
        return await self._first(self.table.__table__.c.id == id_)

    async def list(
        self, page: PageParams | None = None, *conditions: ColumnElement[bool]
    ) -> Sequence[Row]:
        start, length = (page.offset, page.limit) if page else (0, PageParams().limit)
        found = await self._db.execute(
            self.rows().where(true(), *conditions).slice(start, start + length)
        )
        return found.scalars().all()

    async def count(self, *conditions: ColumnElement[bool]) -> int:
        query = select(func.count(self.table.__table__.c.id)).where(true(), *conditions)
        return (await self._db.execute(query)).scalar_one()

    async def exists(self, *conditions: ColumnElement[bool]) -> bool:
        query = select(true()).select_from(self.table).where(true(), *conditions).limit(1)
        return (await self._db.execute(query)).first() is not None

    async def update(self, entity: Row, changes: dict[str, Any]) -> Row:
        for change in changes.items():
            setattr(entity, *change)
        await self._db.flush()
        return entity

    async def delete(self, entity: Row) -> None:
        await self._db.delete(entity)
        await self._db.flush()

    async def _first(self, *conditions: ColumnElement[bool]) -> Row | None:
        return (await self._db.execute(self.rows().where(*conditions))).scalars().first()
