"""Every repository, with its queries made from one, as lesson 11's repositories extend it."""

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Base
from app.utils.pagination import PageParams

Row = TypeVar("Row", bound=Base)


class BaseRepository(Generic[Row]):
    """Rows of one model. Flushes, and leaves the transaction to others."""

    model: type[Row]
    order: ClassVar[Sequence[Any]]

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def create(self, entity: Row) -> Row:
        self.session.add(entity)
        await self.session.flush()
        return entity

    async def get(self, id_: int) -> Row | None:
        return await self._one(self.model.__table__.c.id == id_)

    async def list(
        self, page: PageParams | None = None, *conditions: ColumnElement[bool]
    ) -> Sequence[Row]:
        start, length = (page.offset, page.limit) if page else (0, PageParams().limit)
        query = self._select().where(true(), *conditions).order_by(*self.order)
        found = await self.session.execute(query.slice(start, start + length))
        return found.scalars().all()

    async def count(self, *conditions: ColumnElement[bool]) -> int:
        query = select(func.count(self.model.__table__.c.id)).where(true(), *conditions)
        return (await self.session.execute(query)).scalar_one()

    async def exists(self, *conditions: ColumnElement[bool]) -> bool:
        query = select(true()).select_from(self.model).where(true(), *conditions).limit(1)
        return (await self.session.execute(query)).first() is not None

    async def update(self, entity: Row, changes: dict[str, Any]) -> Row:
        for change in changes.items():
            setattr(entity, *change)
        await self.session.flush()
        return entity

    async def delete(self, entity: Row) -> None:
        await self.session.delete(entity)
        await self.session.flush()

    def _select(self) -> Select[Row]:
        return select(self.model)

    async def _one(self, *conditions: ColumnElement[bool]) -> Row | None:
        return (await self.session.execute(self._select().where(*conditions))).scalar_one_or_none()
