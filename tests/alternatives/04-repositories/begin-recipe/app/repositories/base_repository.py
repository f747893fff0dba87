"""Statements are built in one place and run in another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, Protocol, Self, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from app.models import Base
from app.utils.pagination import PageParams


class Identified(Protocol):
    id: Mapped[int]


M = TypeVar("M", bound=Base)


class BaseRepository(Generic[M]):
    model: type[M]
    order: Sequence[Any]

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    @classmethod
    def from_session(cls, session: AsyncSession) -> Self:
        return cls(session)

    def get_base_statement(self) -> Select[M]:
        return select(self.model)

    async def get_one_or_none(self, statement: Select[M]) -> M | None:
        result = await self.session.execute(statement)
        return result.unique().scalar_one_or_none()

    async def get_all(self, statement: Select[M]) -> Sequence[M]:
        result = await self.session.execute(statement)
        return result.scalars().unique().all()

    async def create(self, object: M) -> M:
        async with self.session.begin_nested():
            self.session.add(object)
        return object

    async def get(self, id: int) -> M | None:
        statement = self.get_base_statement().where(self.model.__table__.c.id == id)
        return await self.get_one_or_none(statement)

    async def list(self, page: PageParams, *conditions: ColumnElement[bool]) -> Sequence[M]:
        limit, offset = page
        statement = self.get_base_statement().where(*conditions)
        return await self.get_all(statement.order_by(*self.order).limit(limit).offset(offset))

    async def count(self, *conditions: ColumnElement[bool]) -> int:
        rows = select(self.model).where(*conditions).subquery()
        result = await self.session.execute(select(func.count()).select_from(rows))
        return result.scalar_one()

    async def exists(self, *conditions: ColumnElement[bool]) -> bool:
        statement = select(literal(True)).select_from(self.model).where(*conditions).limit(1)
        return (await self.session.execute(statement)).scalar() is not None

    async def update(self, object: M, update_dict: dict[str, Any]) -> M:
        for attr, value in update_dict.items():
            setattr(object, attr, value)
        self.session.add(object)
        await self.session.flush()
        return object

    async def delete(self, object: M) -> None:
        await self.session.delete(object)
        await self.session.flush()
