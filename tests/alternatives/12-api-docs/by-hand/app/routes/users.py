"""Endpoints for users."""

from fastapi import APIRouter, Request, Response, status

from app.dependencies import IdPath, PageDep, SelfOnly, UserServiceDep
from app.models import User
from app.openapi import CREATED, problems
from app.schemas.overview import UserWithPosts
from app.schemas.page import PageResponse
from app.schemas.user import UserCreate, UserResponse, UserUpdate

router = APIRouter(prefix="/users", tags=["users"])


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=UserResponse,
    operation_id="users-create",
    summary="Register",
    responses=CREATED | problems(400, 409),
)
async def create_user(
    data: UserCreate, service: UserServiceDep, request: Request, response: Response
) -> User:
    """Register a user. The address is in the Location header."""
    user = await service.create_user(data)
    response.headers["Location"] = request.app.url_path_for("read_user", user_id=user.id)
    return user


@router.get("", operation_id="users-list", summary="List users", responses=problems())
async def list_users(service: UserServiceDep, page: PageDep) -> PageResponse[UserResponse]:
    """List users in the order in which they came."""
    return PageResponse[UserResponse].of(await service.list_users(page))


@router.get(
    "/with-posts",
    operation_id="users-list-with-posts",
    summary="List users with their posts",
    responses=problems(),
)
async def list_users_with_posts(
    service: UserServiceDep, page: PageDep
) -> PageResponse[UserWithPosts]:
    """List users in the order in which they came, each with the posts."""
    return PageResponse[UserWithPosts].of(await service.list_users_with_posts(page))


@router.get(
    "/{user_id}",
    response_model=UserResponse,
    operation_id="users-read",
    summary="Read a user",
    responses=problems(404),
)
async def read_user(user_id: IdPath, service: UserServiceDep) -> User:
    """Read one user."""
    return await service.get_user(user_id)


@router.patch(
    "/{user_id}",
    response_model=UserResponse,
    dependencies=[SelfOnly],
    operation_id="users-update",
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
    operation_id="users-delete",
    summary="Delete an account",
    responses=problems(401, 403, 404),
)
async def delete_user(user_id: IdPath, service: UserServiceDep) -> None:
    """Delete a user and the user's posts. For the user."""
    await service.delete_user(user_id)
