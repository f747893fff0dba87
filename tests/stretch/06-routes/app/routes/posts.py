"""Endpoints for posts."""

from fastapi import APIRouter, Request, Response, status

from app.dependencies import IdPath, PageDep, PostServiceDep
from app.models import Post
from app.schemas.page import PageResponse
from app.schemas.post import PostCreate, PostResponse, PostUpdate
from app.utils.etags import etag, is_known

router = APIRouter(prefix="/posts", tags=["posts"])


@router.post("", status_code=status.HTTP_201_CREATED, response_model=PostResponse)
async def create_post(
    data: PostCreate, service: PostServiceDep, request: Request, response: Response
) -> Post:
    """Create a post. Its address is in the Location header."""
    post = await service.create_post(data)
    response.headers["Location"] = request.app.url_path_for("read_post", post_id=post.id)
    return post


@router.get("")
async def list_posts(service: PostServiceDep, page: PageDep) -> PageResponse[PostResponse]:
    """List posts, newest first."""
    return PageResponse[PostResponse].of(await service.list_posts(page))


@router.get("/{post_id}", response_model=PostResponse)
async def read_post(
    post_id: IdPath,
    service: PostServiceDep,
    request: Request,
    response: Response,
) -> PostResponse | Response:
    """Read one post, unless the client has this version already."""
    post = PostResponse.model_validate(await service.get_post(post_id))
    tag = etag(post)
    if is_known(tag, request.headers.get("If-None-Match")):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return post


@router.patch("/{post_id}", response_model=PostResponse)
async def update_post(post_id: IdPath, data: PostUpdate, service: PostServiceDep) -> Post:
    """Change the fields that are sent; the others stay."""
    return await service.update_post(post_id, data)


@router.delete("/{post_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_post(post_id: IdPath, service: PostServiceDep) -> None:
    """Delete a post."""
    await service.delete_post(post_id)
