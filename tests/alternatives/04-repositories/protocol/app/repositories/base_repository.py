"""A base that takes what it needs in its constructor, and loads by session.get."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.interfaces import ORMOption

from app.models import Base
from app.utils.pagination import PageParams

Row = TypeVar("Row", bound=Base)


class BaseRepository(Generic[Row]):
    """Everything by way of the session's own shortcuts."""

    def __init__(
        self,
        session: AsyncSession,
        row: type[Row],
        order: Iterable[Any],
        along: Iterable[ORMOption] = (),
    ) -> None:
        self.session, self.row = session, row
        self.order, self.along = tuple(order), tuple(along)

    async def create(self, entity: Row) -> Row:
        self.session.add(entity)
        await self.session.flush()
        return entity

    async def get(self, id: int) -> Row | None:
        return await self.session.get(self.row, id, options=self.along, populate_existing=True)

    async def list(
        self, page: PageParams | None = None, *where: ColumnElement[bool]
    ) -> Sequence[Row]:
        wanted = page if page is not None else PageParams()
        query = select(self.row).options(*self.along).order_by(*self.order)
        query = query.where(true(), *where).limit(wanted.limit).offset(wanted.offset)
        return (await self.session.scalars(query)).unique().all()

    async def count(self, *where: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(self.row).where(true(), *where)
        return (await self.session.execute(query)).scalar_one()

    async def exists(self, *where: ColumnElement[bool]) -> bool:
        return await self.count(*where) > 0

    async def update(self, entity: Row, changes: dict[str, Any]) -> Row:
        vars_ = {name: value for name, value in changes.items()}
        for name, value in vars_.items():
            setattr(entity, name, value)
        await self.session.flush()
        return entity

    async def delete(self, entity: Row) -> None:
        await self.session.delete(entity)
        await self.session.flush()
