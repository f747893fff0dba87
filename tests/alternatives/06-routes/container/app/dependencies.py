"""Sessions from the container, closed before the response is sent."""

from collections.abc import AsyncIterator
from typing import Annotated

from annotated_types import Ge, Le
from fastapi import Depends, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.services import PostService, UserService
from app.utils.pagination import PageParams

Id = Annotated[int, Ge(1), Le(2147483647)]


async def get_db(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.state.container.session() as session:
        yield session


Db = Annotated[AsyncSession, Depends(get_db, scope="function")]


class Services:
    """Both services over one session."""

    def __init__(self, db: Db) -> None:
        self.posts = PostService(db)
        self.users = UserService(db)


class Paging:
    def __init__(
        self,
        limit: Annotated[int, Query(gt=0, le=100)] = 20,
        offset: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    ) -> None:
        self.params = PageParams(limit=limit, offset=offset)


ServicesDep = Annotated[Services, Depends()]
PagingDep = Annotated[Paging, Depends()]
