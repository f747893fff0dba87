"""What routes ask for: classes that know their own parts."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Annotated, Self

from fastapi import Depends, Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.database import create_engine, create_session_factory
from app.services import PostService, UserService
from app.utils.pagination import PageParams

LARGEST = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=LARGEST)]


class Store:
    """The database of one application, while that runs."""

    def __init__(self, settings: Settings) -> None:
        self._engine = create_engine(settings)
        self.open_session = create_session_factory(self._engine)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._engine.dispose()


async def get_db(request: Request) -> AsyncIterator[AsyncSession]:
    """The session of a request."""
    store: Store = request.app.state.store
    session = store.open_session()
    try:
        yield session
    finally:
        await session.close()


Session = Annotated[AsyncSession, Depends(get_db)]


async def posts_of(session: Session) -> PostService:
    return PostService(session)


async def users_of(session: Session) -> UserService:
    return UserService(session)


async def part(
    offset: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> PageParams:
    return PageParams(limit=limit, offset=offset)


Posts = Annotated[PostService, Depends(posts_of)]
Users = Annotated[UserService, Depends(users_of)]
Part = Annotated[PageParams, Depends(part)]
