"""What every repository can do."""

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Base
from app.utils.pagination import PageParams

ModelT = TypeVar("ModelT", bound=Base)


class BaseRepository(Generic[ModelT]):
    """Rows of one model, in the session of the caller, who alone commits.

    A write is flushed, so that ids, defaults and violated constraints show at once. Each read is
    one statement.
    """

    model: type[ModelT]
    order: ClassVar[Sequence[Any]]
    """What a list is sorted by. The last column is unique, so that pages never overlap."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def create(self, entity: ModelT) -> ModelT:
        """Store a new row. Raises IntegrityError where a constraint forbids it."""
        self.session.add(entity)
        await self.session.flush()
        return entity

    async def get(self, id_: int) -> ModelT | None:
        """The row of that id, with what is loaded along, or None."""
        return await self._one(self._key() == id_)

    async def get_many(self, ids: Sequence[int]) -> Sequence[ModelT]:
        """The rows of these ids, in their order. An id that no row has is left out."""
        if not ids:
            return []
        found = await self.session.scalars(self._select().where(self._key().in_(ids)))
        identity = self.model.__mapper__.primary_key_from_instance
        rows = {identity(row)[0]: row for row in found}
        return [rows[id_] for id_ in ids if id_ in rows]

    async def list(
        self, page: PageParams | None = None, *where: ColumnElement[bool]
    ) -> Sequence[ModelT]:
        """One page of the rows that meet all conditions, in a stable order."""
        page = page or PageParams()
        query = (
            self._select().where(*where).order_by(*self.order).limit(page.limit).offset(page.offset)
        )
        return (await self.session.scalars(query)).all()

    async def count(self, *where: ColumnElement[bool]) -> int:
        """How many rows meet all conditions."""
        query = select(func.count()).select_from(self.model).where(*where)
        return await self.session.scalar(query) or 0

    async def exists(self, *where: ColumnElement[bool]) -> bool:
        """Whether any row meets all conditions."""
        query = select(exists().select_from(self.model).where(*where))
        return bool(await self.session.scalar(query))

    async def update(self, entity: ModelT, changes: dict[str, Any]) -> ModelT:
        """Change some attributes. Raises IntegrityError where a constraint forbids it."""
        for name, value in changes.items():
            setattr(entity, name, value)
        await self.session.flush()
        return entity

    async def delete(self, entity: ModelT) -> None:
        """Remove a row."""
        await self.session.delete(entity)
        await self.session.flush()

    def _select(self) -> Select[ModelT]:
        """The query that every read begins with. Override it to load relationships along."""
        return select(self.model)

    async def _one(self, *where: ColumnElement[bool]) -> ModelT | None:
        result = await self.session.scalars(self._select().where(*where))
        return result.one_or_none()

    def _key(self) -> Any:
        return self.model.__mapper__.primary_key[0]
