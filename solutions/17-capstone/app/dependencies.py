"""What routes ask for. FastAPI makes one of each for every request."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, HTTPException, Path, Query, Request
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.exceptions import NotFoundError
from app.middleware.request_id import request_id
from app.models import User
from app.services import (
    AuthService,
    CommentService,
    NotificationService,
    PostService,
    PreviewService,
    UserService,
)
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


async def get_auth_service(session: SessionDep) -> AuthService:
    return AuthService(session)


async def get_preview_service(request: Request, session: SessionDep) -> PreviewService:
    return PreviewService(session, request.app.state.link_fetcher)


async def get_notification_service(request: Request) -> NotificationService:
    """It works when this request has been answered, and has nothing of it but the id."""
    state = request.app.state
    return NotificationService(
        state.session_factory, state.mailer, state.moderation_hook, request_id.get()
    )


async def get_comment_service(session: SessionDep) -> CommentService:
    return CommentService(session)


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
PreviewServiceDep = Annotated[PreviewService, Depends(get_preview_service)]
NotificationServiceDep = Annotated[NotificationService, Depends(get_notification_service)]
CommentServiceDep = Annotated[CommentService, Depends(get_comment_service)]
AuthServiceDep = Annotated[AuthService, Depends(get_auth_service)]
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


CurrentUser = Annotated[User, Depends(get_current_user)]


async def require_author(post_id: IdPath, user: CurrentUser, posts: PostServiceDep) -> None:
    """Raises NotFoundError where there is no such post, and a 403 where it is another's."""
    if (await posts.get_post(post_id)).user_id != user.id:
        raise HTTPException(403, "Only its author may do this to a post.")


async def require_self(user_id: IdPath, user: CurrentUser, users: UserServiceDep) -> None:
    """Raises NotFoundError where there is no such user, and a 403 where it is another."""
    if (await users.get_user(user_id)).id != user.id:
        raise HTTPException(403, "Only the user may do this to an account.")


async def require_commenter(
    comment_id: IdPath, user: CurrentUser, comments: CommentServiceDep
) -> None:
    """Raises NotFoundError where there is no such comment, and a 403 where it is another's."""
    if (await comments.get_comment(comment_id)).user_id != user.id:
        raise HTTPException(403, "Only its author may do this to a comment.")


async def require_commenter_or_author(
    comment_id: IdPath, user: CurrentUser, comments: CommentServiceDep
) -> None:
    """As `require_commenter`, but also for the author of the post that the comment is on."""
    comment = await comments.get_comment(comment_id)
    if user.id not in (comment.user_id, comment.post.user_id):
        raise HTTPException(403, "Only its author, or the post's, may do this to a comment.")


AuthorOnly = Depends(require_author)
SelfOnly = Depends(require_self)
CommenterOnly = Depends(require_commenter)
CommenterOrAuthor = Depends(require_commenter_or_author)
