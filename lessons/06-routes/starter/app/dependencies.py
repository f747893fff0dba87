"""What routes ask for. FastAPI makes one of each for every request."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.services import PostService, UserService
from app.utils.pagination import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET, PageParams

IdPath = ...  # TODO 06.3


async def get_db(request: Request) -> AsyncIterator[AsyncSession]:
    """A session for this request, closed with it. Services commit, never this function."""
    raise NotImplementedError("TODO 06.3")


SessionDep = Annotated[AsyncSession, Depends(get_db)]


async def get_post_service(session: SessionDep) -> PostService:
    raise NotImplementedError("TODO 06.3")


async def get_user_service(session: SessionDep) -> UserService:
    raise NotImplementedError("TODO 06.3")


async def get_page(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
) -> PageParams:
    raise NotImplementedError("TODO 06.3")


PostServiceDep = Annotated[PostService, Depends(get_post_service)]
UserServiceDep = Annotated[UserService, Depends(get_user_service)]
PageDep = Annotated[PageParams, Depends(get_page)]
