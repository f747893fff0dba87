"""A base that writes by statements and finds the model in its own type."""

import builtins
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Select, and_, delete, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Base
from app.utils.pagination import PageParams

Entity = TypeVar("Entity", bound=Base)


class Repository(Generic[Entity]):
    entity: type[Entity]
    sorting: ClassVar[tuple[Any, ...]] = ()

    def __init_subclass__(cls, *, entity: type[Any], **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.entity = entity

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    @property
    def _identity(self) -> Any:
        return cast(Any, self.entity).id

    def _rows(self, conditions: tuple[ColumnElement[bool], ...]) -> Select[Any]:
        return select(self.entity).where(and_(true(), *conditions))

    async def create(self, entity: Entity, /) -> Entity:
        self._session.add_all([entity])
        await self._session.flush([entity])
        return entity

    async def get(self, id_: int, /) -> Entity | None:
        found = await self._session.execute(self._rows((self._identity == id_,)))
        return cast(Entity | None, found.scalars().one_or_none())

    async def list(
        self, page: PageParams, /, *conditions: ColumnElement[bool]
    ) -> builtins.list[Entity]:
        query = self._rows(conditions).order_by(*self.sorting)
        found = await self._session.stream_scalars(query.limit(page.limit).offset(page.offset))
        return [each async for each in found]

    async def count(self, *conditions: ColumnElement[bool]) -> int:
        query = select(func.count(self._identity)).where(and_(true(), *conditions))
        return (await self._session.execute(query)).scalar_one()

    async def exists(self, *conditions: ColumnElement[bool]) -> bool:
        query = select(self._identity).where(and_(true(), *conditions)).limit(1)
        return (await self._session.execute(query)).first() is not None

    async def update(self, entity: Entity, changes: Mapping[str, Any], /) -> Entity:
        for name in changes.keys():
            setattr(entity, name, changes[name])
        await self._session.flush([entity])
        return entity

    async def delete(self, entity: Entity, /) -> None:
        gone = delete(self.entity).where(self._identity == cast(Any, entity).id)
        await self._session.execute(gone)
