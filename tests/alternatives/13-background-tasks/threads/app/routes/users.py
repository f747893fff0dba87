"""Endpoints for users."""

from fastapi import APIRouter, BackgroundTasks, Request, Response, status

from app.dependencies import IdPath, PageDep, SelfOnly, UserServiceDep
from app.middleware.request_id import request_id
from app.models import User
from app.openapi import CREATED, problems
from app.schemas.overview import UserWithPosts
from app.schemas.page import PageResponse
from app.schemas.user import UserCreate, UserResponse, UserUpdate
from app.services.notification_service import greet, tell

router = APIRouter(prefix="/users", tags=["users"])


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=UserResponse,
    summary="Register",
    responses=CREATED | problems(400, 409),
)
async def create_user(
    data: UserCreate,
    service: UserServiceDep,
    request: Request,
    response: Response,
    background: BackgroundTasks,
) -> User:
    """Register a user. The address is in the Location header."""
    user = await service.create_user(data)
    path = request.app.url_path_for("read_user", user_id=user.id)
    response.headers["Location"] = path
    settings, id_ = request.app.state.settings, request_id.get()
    background.add_task(greet, settings, id_, user.name, user.email)
    background.add_task(tell, settings, id_, "user.created", path)
    return user


@router.get("", summary="List users")
async def list_users(service: UserServiceDep, page: PageDep) -> PageResponse[UserResponse]:
    """List users in the order in which they came."""
    return PageResponse[UserResponse].of(await service.list_users(page))


@router.get("/with-posts", summary="List users with their posts")
async def list_users_with_posts(
    service: UserServiceDep, page: PageDep
) -> PageResponse[UserWithPosts]:
    """List users in the order in which they came, each with the posts."""
    return PageResponse[UserWithPosts].of(await service.list_users_with_posts(page))


@router.get(
    "/{user_id}", response_model=UserResponse, summary="Read a user", responses=problems(404)
)
async def read_user(user_id: IdPath, service: UserServiceDep) -> User:
    """Read one user."""
    return await service.get_user(user_id)


@router.patch(
    "/{user_id}",
    response_model=UserResponse,
    dependencies=[SelfOnly],
    summary="Change an account",
    responses=problems(400, 401, 403, 404, 409),
)
async def update_user(user_id: IdPath, data: UserUpdate, service: UserServiceDep) -> User:
    """Change the fields that are sent; the others stay. For the user."""
    return await service.update_user(user_id, data)


@router.delete(
    "/{user_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[SelfOnly],
    summary="Delete an account",
    responses=problems(401, 403, 404),
)
async def delete_user(user_id: IdPath, service: UserServiceDep) -> None:
    """Delete a user and the user's posts. For the user."""
    await service.delete_user(user_id)
