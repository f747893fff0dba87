"""Endpoints for posts; the spelling with a slash at the end is served too."""

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

from app.dependencies import Id, PagingDep, ServicesDep
from app.routes.errors import TranslatingRoute
from app.schemas.page import PageResponse
from app.schemas.post import PostCreate, PostResponse, PostUpdate

router = APIRouter(prefix="/posts", tags=["Posts"], route_class=TranslatingRoute)
many = TypeAdapter(list[PostResponse])


@router.get("", response_model=PageResponse[PostResponse])
@router.get("/", response_model=PageResponse[PostResponse], include_in_schema=False)
async def index(services: ServicesDep, paging: PagingDep):
    page = await services.posts.list_posts(paging.params)
    return {
        "items": many.validate_python(page.items, from_attributes=True),
        "total": page.total,
        "limit": paging.params.limit,
        "offset": paging.params.offset,
    }


@router.post("", status_code=201, response_model=PostResponse)
@router.post("/", status_code=201, response_model=PostResponse, include_in_schema=False)
async def create(data: PostCreate, services: ServicesDep, request: Request, response: Response):
    post = await services.posts.create_post(data)
    response.headers["Location"] = str(request.url_for("show_post", post_id=post.id))
    return post


@router.get("/{post_id}", response_model=PostResponse, name="show_post")
async def show(post_id: Id, services: ServicesDep):
    return await services.posts.get_post(post_id)


@router.patch("/{post_id}", response_model=PostResponse)
async def update(post_id: Id, data: PostUpdate, services: ServicesDep):
    return await services.posts.update_post(post_id, data)


@router.delete("/{post_id}", status_code=204)
async def delete(post_id: Id, services: ServicesDep):
    await services.posts.delete_post(post_id)
    return Response(status_code=204)
