"""What routes ask for. FastAPI makes one of each for every request."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, HTTPException, Path, Query, Request, Security
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.exceptions import NotFoundError
from app.models import User
from app.services import PostService, UserService
from app.utils.auth import InvalidTokenError, read_access_token
from app.utils.pagination import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET, PageParams

IdPath = Annotated[int, Path(ge=1, le=2**31 - 1)]


async def get_db(request: Request) -> AsyncIterator[AsyncSession]:
    """A session for this request, closed with it. Services commit, never this function."""
    async with request.app.state.session_factory() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_db)]


async def get_post_service(session: SessionDep) -> PostService:
    return PostService(session)


async def get_user_service(session: SessionDep) -> UserService:
    return UserService(session)


async def get_app_settings(request: Request) -> Settings:
    """The settings that this application was made with."""
    settings: Settings = request.app.state.settings
    return settings


def unauthorized(detail: str) -> HTTPException:
    """A 401, which always says how one signs in."""
    return HTTPException(401, detail, {"WWW-Authenticate": "Bearer"})


async def get_page(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
) -> PageParams:
    return PageParams(limit, offset)


PostServiceDep = Annotated[PostService, Depends(get_post_service)]
UserServiceDep = Annotated[UserService, Depends(get_user_service)]
SettingsDep = Annotated[Settings, Depends(get_app_settings)]
PageDep = Annotated[PageParams, Depends(get_page)]

BearerToken = Annotated[str, Depends(OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token"))]


async def get_current_user(
    request: Request, token: BearerToken, users: UserServiceDep, settings: SettingsDep
) -> User:
    """Whose token came with the request. Raises a 401 where it proves nothing."""
    if len(request.headers.getlist("Authorization")) > 1:  # whom did a proxy believe?
        raise unauthorized("One Authorization header, please.")
    try:
        return await users.get_user(read_access_token(token, settings))
    except (InvalidTokenError, NotFoundError) as error:
        raise unauthorized("Sign in to do this.") from error


CurrentUser = Annotated[User, Security(get_current_user)]


class Own:
    """A guard: what is asked for is the current user's."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    async def __call__(
        self, request: Request, user: CurrentUser, posts: PostServiceDep, users: UserServiceDep
    ) -> None:
        number = request.path_params[f"{self.kind}_id"]
        if not number.isdecimal() or not 1 <= int(number) < 2**31:
            return  # the route itself refuses it
        if self.kind == "post":
            owner = (await posts.get_post(int(number))).user_id
        else:
            owner = (await users.get_user(int(number))).id
        if owner != user.id:
            raise HTTPException(status_code=403, detail="Not yours.")


AuthorOnly, SelfOnly = Depends(Own("post")), Depends(Own("user"))
