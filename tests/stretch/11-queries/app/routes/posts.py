"""Endpoints for posts."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import AfterValidator

from app.dependencies import AuthorOnly, CurrentUser, IdPath, PageDep, PostServiceDep
from app.models import Post
from app.schemas.base import STORABLE
from app.schemas.post import PostCreate, PostDraft, PostResponse, PostUpdate
from app.schemas.post_page import PostPageResponse
from app.schemas.publishing import PublishRequest, PublishResponse
from app.utils.cursor import Cursor, checked_cursor

router = APIRouter(prefix="/posts", tags=["posts"])

SearchText = Annotated[str, Query(min_length=1, max_length=100, pattern=STORABLE)]
CursorText = Annotated[str, Query(max_length=100), AfterValidator(checked_cursor)]


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


@router.post("/publish")
async def publish_posts(
    data: PublishRequest, user: CurrentUser, service: PostServiceDep
) -> PublishResponse:
    """Publish many posts at once. What is no draft of yours stays as it is, and is left out."""
    return PublishResponse(published=list(await service.publish_posts(data.ids, user.id)))


@router.get("")
async def list_posts(
    service: PostServiceDep,
    page: PageDep,
    request: Request,
    response: Response,
    cursor: CursorText | None = None,
    published: bool | None = None,
    q: SearchText | None = None,
) -> PostPageResponse:
    """List posts, newest first: from an offset, or behind the cursor that the page before gave.

    The address of the next page is in the Link header.
    """
    place = None if cursor is None else Cursor.parse(cursor)
    found = await service.list_posts(page, place, published=published, search=q)
    told = PostPageResponse.of(found)
    if told.next_cursor is not None:
        url = request.url.remove_query_params("offset")
        url = url.include_query_params(cursor=told.next_cursor)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return told


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
