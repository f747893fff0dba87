"""A base in the imperative style: execute, scalars, no helpers."""

import typing as t

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Base
from app.utils.pagination import PageParams

M = t.TypeVar("M", bound=Base)


class BaseRepository(t.Generic[M]):
    model: type[M]
    options: tuple[t.Any, ...] = ()
    sort: tuple[t.Any, ...]

    def __init__(self, db: AsyncSession, /) -> None:
        self._db = db

    async def create(self, entity: M) -> M:
        self._db.add(entity)
        await self._db.flush()
        return entity

    async def get(self, pk: int) -> M | None:
        result = await self._db.execute(
            sa.select(self.model).options(*self.options).where(self.model.__table__.c.id == pk)
        )
        return result.unique().scalar_one_or_none()

    async def list(self, page: PageParams = PageParams(), *conditions: t.Any) -> t.Sequence[M]:
        statement = sa.select(self.model).options(*self.options).order_by(*self.sort)
        for condition in conditions:
            statement = statement.where(condition)
        rows = await self._db.execute(statement.slice(page.offset, page.offset + page.limit))
        return tuple(rows.unique().scalars())

    async def count(self, *conditions: t.Any) -> int:
        statement = sa.select(sa.func.count(self.model.__table__.c.id)).where(*conditions)
        return int((await self._db.execute(statement)).scalar_one())

    async def exists(self, *conditions: t.Any) -> bool:
        statement = sa.select(sa.literal(True)).where(sa.exists(self.model).where(*conditions))
        return (await self._db.execute(statement)).scalar() is not None

    async def update(self, entity: M, changes: t.Mapping[str, t.Any]) -> M:
        for key in changes:
            setattr(entity, key, changes[key])
        await self._db.flush()
        return entity

    async def delete(self, entity: M) -> None:
        await self._db.delete(entity)
        await self._db.flush()
