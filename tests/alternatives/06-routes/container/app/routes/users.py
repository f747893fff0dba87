"""Endpoints for users; the spelling with a slash at the end is served too."""

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

from app.dependencies import Id, PagingDep, ServicesDep
from app.routes.errors import TranslatingRoute
from app.schemas.page import PageResponse
from app.schemas.user import UserCreate, UserResponse, UserUpdate

router = APIRouter(prefix="/users", tags=["Users"], route_class=TranslatingRoute)
many = TypeAdapter(list[UserResponse])


@router.get("", response_model=PageResponse[UserResponse])
@router.get("/", response_model=PageResponse[UserResponse], include_in_schema=False)
async def index(services: ServicesDep, paging: PagingDep):
    page = await services.users.list_users(paging.params)
    return {
        "items": many.validate_python(page.items, from_attributes=True),
        "total": page.total,
        "limit": paging.params.limit,
        "offset": paging.params.offset,
    }


@router.post("", status_code=201, response_model=UserResponse)
@router.post("/", status_code=201, response_model=UserResponse, include_in_schema=False)
async def create(data: UserCreate, services: ServicesDep, request: Request, response: Response):
    user = await services.users.create_user(data)
    response.headers["Location"] = str(request.url_for("show_user", user_id=user.id))
    return user


@router.get("/{user_id}", response_model=UserResponse, name="show_user")
async def show(user_id: Id, services: ServicesDep):
    return await services.users.get_user(user_id)


@router.patch("/{user_id}", response_model=UserResponse)
async def update(user_id: Id, data: UserUpdate, services: ServicesDep):
    return await services.users.update_user(user_id, data)


@router.delete("/{user_id}", status_code=204)
async def delete(user_id: Id, services: ServicesDep):
    await services.users.delete_user(user_id)
    return Response(status_code=204)
