"""The router is built by a function and has no prefix of its own."""

from fastapi import APIRouter, Response

from app.dependencies import BoundsDep, PostId, PostsDep
from app.schemas.page import PageResponse
from app.schemas.post import PostCreate, PostResponse, PostUpdate


def build() -> APIRouter:
    router = APIRouter()

    async def create(data: PostCreate, posts: PostsDep, response: Response) -> PostResponse:
        made = PostResponse.model_validate(await posts.create_post(data))
        response.headers["location"] = f"/api/v1/posts/{made.id}"
        return made

    async def page(posts: PostsDep, bounds: BoundsDep) -> PageResponse[PostResponse]:
        return PageResponse[PostResponse].of(await posts.list_posts(bounds.page()))

    async def one(post_id: PostId, posts: PostsDep) -> PostResponse:
        return PostResponse.model_validate(await posts.get_post(post_id))

    async def change(post_id: PostId, data: PostUpdate, posts: PostsDep) -> PostResponse:
        return PostResponse.model_validate(await posts.update_post(post_id, data))

    async def remove(post_id: PostId, posts: PostsDep) -> None:
        await posts.delete_post(post_id)

    router.add_api_route("", create, methods=["POST"], status_code=201)
    router.add_api_route("", page, methods=["GET"])
    router.add_api_route("/{post_id}", one, methods=["GET"])
    router.add_api_route("/{post_id}", change, methods=["PATCH"])
    router.add_api_route("/{post_id}", remove, methods=["DELETE"], status_code=204)
    return router
