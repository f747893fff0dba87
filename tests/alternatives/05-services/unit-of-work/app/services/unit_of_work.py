"""A unit of work: what is done inside is kept whole, or not at all."""

from types import TracebackType
from typing import Self

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.exceptions import ConflictError
from app.repositories import PostRepository, UserRepository


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
            except IntegrityError as late:
                await self.session.rollback()
                raise ConflictError(self.conflict) from late
            return
        await self.session.rollback()
        if isinstance(error, IntegrityError):
            raise ConflictError(self.conflict) from error
