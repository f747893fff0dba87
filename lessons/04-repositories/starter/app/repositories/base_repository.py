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
        raise NotImplementedError("TODO 04.2")

    async def get(self, id_: int) -> ModelT | None:
        """The row of that id, with what is loaded along, or None."""
        raise NotImplementedError("TODO 04.2")

    async def list(
        self, page: PageParams | None = None, *where: ColumnElement[bool]
    ) -> Sequence[ModelT]:
        """One page of the rows that meet all conditions, in a stable order."""
        raise NotImplementedError("TODO 04.2")

    async def count(self, *where: ColumnElement[bool]) -> int:
        """How many rows meet all conditions."""
        raise NotImplementedError("TODO 04.2")

    async def exists(self, *where: ColumnElement[bool]) -> bool:
        """Whether any row meets all conditions."""
        raise NotImplementedError("TODO 04.2")

    async def update(self, entity: ModelT, changes: dict[str, Any]) -> ModelT:
        """Change some attributes. Raises IntegrityError where a constraint forbids it."""
        raise NotImplementedError("TODO 04.2")

    async def delete(self, entity: ModelT) -> None:
        """Remove a row."""
        raise NotImplementedError("TODO 04.2")

    def _select(self) -> Select[ModelT]:
        """The query that every read begins with. Override it to load relationships along."""
        raise NotImplementedError("TODO 04.2")

    async def _one(self, *where: ColumnElement[bool]) -> ModelT | None:
        raise NotImplementedError("TODO 04.2")

    def _key(self) -> Any:
        return self.model.__mapper__.primary_key[0]
