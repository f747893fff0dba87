"""What all services do alike."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.exceptions import ConflictError, NotFoundError
from app.models import Base
from app.repositories import BaseRepository
from app.utils.pagination import Page, PageParams

RowT = TypeVar("RowT", bound=Base)


class Service(ABC, Generic[RowT]):
    missing: ClassVar[Callable[[int], NotFoundError]]
    taken: ClassVar[type[ConflictError]]

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.rows = self.repository(session)

    @abstractmethod
    def repository(self, session: AsyncSession) -> BaseRepository[RowT]:
        raise NotImplementedError

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[None]:
        try:
            yield
            await self.session.commit()
        except IntegrityError as error:
            await self.session.rollback()
            codes = {getattr(error.orig, name, "") for name in ("sqlite_errorname", "sqlstate")}
            if {"SQLITE_CONSTRAINT_UNIQUE", "23505"} & codes:
                raise self.taken() from error
            if {"SQLITE_CONSTRAINT_FOREIGNKEY", "23503"} & codes:
                raise NotFoundError("the author is gone") from error
            raise
        except BaseException:
            await self.session.rollback()
            raise

    async def _get(self, id_: int) -> RowT:
        found = await self.rows.get(id_)
        if found is None:
            raise type(self).missing(id_)
        return found

    async def _page(self, page: PageParams) -> Page[RowT]:
        total = await self.rows.count()
        return Page(tuple(await self.rows.list(page)), total, page)

    async def _change(self, id_: int, values: dict[str, Any]) -> RowT:
        """One UPDATE without a SELECT before it."""
        model = self.rows.model
        async with self._transaction():
            if values:
                done = await self.session.execute(
                    update(model)
                    .where(model.__mapper__.primary_key[0] == id_)
                    .values(**values)
                    .execution_options(synchronize_session=False)
                )
                if done.rowcount == 0:
                    raise type(self).missing(id_)
                self.session.expire_all()
            found = await self._get(id_)
        return found

    async def _drop(self, id_: int) -> None:
        async with self._transaction():
            await self.rows.delete(await self._get(id_))
