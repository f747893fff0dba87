"""Endpoints for users."""

from fastapi import APIRouter, Request, Response, status

from app.dependencies import AuthServiceDep, CurrentUser, IdPath, PageDep, UserServiceDep
from app.models import User
from app.schemas.page import PageResponse
from app.schemas.user import UserCreate, UserResponse, UserUpdate

router = APIRouter(prefix="/users", tags=["users"])


@router.post("", status_code=status.HTTP_201_CREATED, response_model=UserResponse)
async def create_user(
    data: UserCreate, service: UserServiceDep, request: Request, response: Response
) -> User:
    """Register a user. The address is in the Location header."""
    user = await service.create_user(data)
    response.headers["Location"] = request.app.url_path_for("read_user", user_id=user.id)
    return user


@router.get("")
async def list_users(service: UserServiceDep, page: PageDep) -> PageResponse[UserResponse]:
    """List users in the order in which they came."""
    return PageResponse[UserResponse].of(await service.list_users(page))


@router.get("/{user_id}", response_model=UserResponse)
async def read_user(user_id: IdPath, service: UserServiceDep) -> User:
    """Read one user."""
    return await service.get_user(user_id)


@router.patch("/{user_id}", response_model=UserResponse)
async def update_user(
    user_id: IdPath,
    data: UserUpdate,
    user: CurrentUser,
    auth: AuthServiceDep,
    service: UserServiceDep,
) -> User:
    account = await auth.own_account(user, user_id)
    return await service.update_user(account.id, data)


@router.delete("/{user_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_user(
    user_id: IdPath, user: CurrentUser, auth: AuthServiceDep, service: UserServiceDep
) -> None:
    account = await auth.own_account(user, user_id)
    await service.delete_user(account.id)
