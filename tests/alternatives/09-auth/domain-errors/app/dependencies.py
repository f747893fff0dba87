"""What routes ask for; the header is read here, and the description told of it."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.exceptions import UnauthenticatedError
from app.models import User
from app.services import AuthService, PostService, UserService
from app.utils.auth import InvalidTokenError, read_access_token
from app.utils.pagination import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET, PageParams

IdPath = Annotated[int, Path(ge=1, le=2**31 - 1)]
described = OAuth2PasswordBearer("api/v1/auth/token", scheme_name="password", auto_error=False)


async def get_db(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.session_factory() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_db)]


async def get_post_service(session: SessionDep) -> PostService:
    return PostService(session)


async def get_user_service(session: SessionDep) -> UserService:
    return UserService(session)


async def get_auth_service(session: SessionDep) -> AuthService:
    return AuthService(session)


async def settings_of_app(request: Request) -> Settings:
    return request.app.state.settings


async def get_page(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
) -> PageParams:
    return PageParams(limit, offset)


PostServiceDep = Annotated[PostService, Depends(get_post_service)]
UserServiceDep = Annotated[UserService, Depends(get_user_service)]
AuthServiceDep = Annotated[AuthService, Depends(get_auth_service)]
SettingsDep = Annotated[Settings, Depends(settings_of_app)]
PageDep = Annotated[PageParams, Depends(get_page)]


async def get_current_user(
    request: Request,
    _: Annotated[str | None, Depends(described)],
    service: AuthServiceDep,
    settings: SettingsDep,
) -> User:
    match request.headers.getlist("authorization"):
        case [one]:
            scheme, _, token = one.partition(" ")
        case _:
            raise UnauthenticatedError
    if scheme.casefold() != "bearer":
        raise UnauthenticatedError
    try:
        user_id = read_access_token(token.strip(), settings)
    except InvalidTokenError:
        raise UnauthenticatedError from None
    return await service.user_of(user_id)


CurrentUser = Annotated[User, Depends(get_current_user)]
