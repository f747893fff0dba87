"""Endpoints for posts."""

from fastapi import APIRouter, Request, Response, status

from app.dependencies import AuthorOnly, CurrentUser, IdPath, PageDep, PostServiceDep
from app.models import Post
from app.schemas.page import PageResponse
from app.schemas.post import PostCreate, PostDraft, PostResponse, PostUpdate

router = APIRouter(prefix="/posts", tags=["posts"])


@router.post("", status_code=status.HTTP_201_CREATED, response_model=PostResponse)
async def create_post(
    data: PostDraft,
    user: CurrentUser,
    service: PostServiceDep,
    request: Request,
    response: Response,
) -> Post:
    """Create a post, by who is signed in. Its address is in the Location header."""
    post = await service.create_post(PostCreate(**data.model_dump(), user_id=user.id))
    response.headers["Location"] = request.app.url_path_for("read_post", post_id=post.id)
    return post


@router.get("")
async def list_posts(service: PostServiceDep, page: PageDep) -> PageResponse[PostResponse]:
    """List posts, newest first."""
    return PageResponse[PostResponse].of(await service.list_posts(page))


@router.get("/{post_id}", response_model=PostResponse)
async def read_post(post_id: IdPath, service: PostServiceDep) -> Post:
    """Read one post."""
    return await service.get_post(post_id)


@router.patch("/{post_id}", response_model=PostResponse, dependencies=[AuthorOnly])
async def update_post(post_id: IdPath, data: PostUpdate, service: PostServiceDep) -> Post:
    """Change the fields that are sent; the others stay. For the author."""
    return await service.update_post(post_id, data)


@router.delete("/{post_id}", status_code=status.HTTP_204_NO_CONTENT, dependencies=[AuthorOnly])
async def delete_post(post_id: IdPath, service: PostServiceDep) -> None:
    """Delete a post. For the author."""
    await service.delete_post(post_id)
