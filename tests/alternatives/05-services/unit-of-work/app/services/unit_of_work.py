"""A unit of work: what is done inside is kept whole, or not at all."""

from types import TracebackType
from typing import Self

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app.exceptions import ConflictError, NotFoundError
from app.repositories import PostRepository, UserRepository
from app.repositories.violations import is_duplicate, is_orphan


class UnitOfWork:
    """The session's repositories. Leaving it commits; an exception rolls back."""

    def __init__(self, session: AsyncSession, conflict: str) -> None:
        self.session = session
        self.conflict = conflict
        self.posts = PostRepository(session)
        self.users = UserRepository(session)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            try:
                await self.session.commit()
            except BaseException:
                await self.session.rollback()
                raise
            return
        await self.session.rollback()
        if isinstance(error, IntegrityError) and is_duplicate(error):
            raise ConflictError(self.conflict) from error
        if isinstance(error, StaleDataError) or (
            isinstance(error, IntegrityError) and is_orphan(error)
        ):
            raise NotFoundError("It is gone.") from error
