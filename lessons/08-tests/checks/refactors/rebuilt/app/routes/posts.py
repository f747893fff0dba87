"""Posts over HTTP, under other names."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.dependencies import Number, Part, Posts
from app.schemas.page import PageResponse
from app.schemas.post import PostCreate, PostResponse, PostUpdate

router = APIRouter(prefix="/posts", tags=["posts"])


@router.get("", response_model=PageResponse[PostResponse])
async def index(posts: Posts, part: Part) -> Any:
    """The newest posts first."""
    return PageResponse[PostResponse].of(await posts.list_posts(part))


@router.post("", response_model=PostResponse, status_code=201)
async def add(data: PostCreate, posts: Posts, request: Request, response: Response) -> Any:
    """A new post."""
    post = await posts.create_post(data)
    response.headers["Location"] = request.url_for("one_post", post_id=post.id).path
    return post


@router.get("/{post_id}", response_model=PostResponse, name="one_post")
async def show(post_id: Number, posts: Posts) -> Any:
    """One post."""
    return await posts.get_post(post_id)


@router.patch("/{post_id}", response_model=PostResponse)
async def change(post_id: Number, data: PostUpdate, posts: Posts) -> Any:
    """Another title, content or state."""
    return await posts.update_post(post_id, data)


@router.delete("/{post_id}", status_code=204)
async def remove(post_id: Number, posts: Posts) -> None:
    """One post less."""
    await posts.delete_post(post_id)
