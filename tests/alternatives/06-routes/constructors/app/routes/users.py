"""The router is built by a function and has no prefix of its own."""

from fastapi import APIRouter, Response

from app.dependencies import BoundsDep, UserId, UsersDep
from app.schemas.page import PageResponse
from app.schemas.user import UserCreate, UserResponse, UserUpdate


def build() -> APIRouter:
    router = APIRouter()

    async def create(data: UserCreate, users: UsersDep, response: Response) -> UserResponse:
        made = UserResponse.model_validate(await users.create_user(data))
        response.headers["location"] = f"/api/v1/users/{made.id}"
        return made

    async def page(users: UsersDep, bounds: BoundsDep) -> PageResponse[UserResponse]:
        return PageResponse[UserResponse].of(await users.list_users(bounds.page()))

    async def one(user_id: UserId, users: UsersDep) -> UserResponse:
        return UserResponse.model_validate(await users.get_user(user_id))

    async def change(user_id: UserId, data: UserUpdate, users: UsersDep) -> UserResponse:
        return UserResponse.model_validate(await users.update_user(user_id, data))

    async def remove(user_id: UserId, users: UsersDep) -> None:
        await users.delete_user(user_id)

    router.add_api_route("", create, methods=["POST"], status_code=201)
    router.add_api_route("", page, methods=["GET"])
    router.add_api_route("/{user_id}", one, methods=["GET"])
    router.add_api_route("/{user_id}", change, methods=["PATCH"])
    router.add_api_route("/{user_id}", remove, methods=["DELETE"], status_code=204)
    return router
