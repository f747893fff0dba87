"""Users over HTTP, under other names."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.dependencies import Number, Part, Users
from app.schemas.page import PageResponse
from app.schemas.user import UserCreate, UserResponse, UserUpdate

router = APIRouter(prefix="/users", tags=["users"])


@router.get("", response_model=PageResponse[UserResponse])
async def index(users: Users, part: Part) -> Any:
    """The users, as they came."""
    return PageResponse[UserResponse].of(await users.list_users(part))


@router.post("", response_model=UserResponse, status_code=201)
async def add(data: UserCreate, users: Users, request: Request, response: Response) -> Any:
    """A new user."""
    user = await users.create_user(data)
    response.headers["Location"] = request.url_for("one_user", user_id=user.id).path
    return user


@router.get("/{user_id}", response_model=UserResponse, name="one_user")
async def show(user_id: Number, users: Users) -> Any:
    """One user."""
    return await users.get_user(user_id)


@router.patch("/{user_id}", response_model=UserResponse)
async def change(user_id: Number, data: UserUpdate, users: Users) -> Any:
    """Another name or address."""
    return await users.update_user(user_id, data)


@router.delete("/{user_id}", status_code=204)
async def remove(user_id: Number, users: Users) -> None:
    """One user less, and none of the user's posts."""
    await users.delete_user(user_id)
