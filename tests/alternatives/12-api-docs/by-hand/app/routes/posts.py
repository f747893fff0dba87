"""Endpoints for posts."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response, status
from fastapi.openapi.models import Example
from pydantic import Field

from app.dependencies import AuthorOnly, CurrentUser, IdPath, PageDep, PostServiceDep
from app.models import Post
from app.openapi import CREATED, problems
from app.schemas.base import STORABLE, Absent
from app.schemas.post import PostCreate, PostDraft, PostResponse, PostUpdate
from app.schemas.post_page import CURSOR, PostPageResponse
from app.schemas.publishing import PublishRequest, PublishResponse
from app.utils.cursor import PATTERN, Cursor

EXAMPLES: dict[str, Example] = {
    "title": {"summary": "Another title", "value": {"title": "Cherry jam"}},
    "publish": {"value": {"published": True}},
}
Change = Annotated[PostUpdate, Body(openapi_examples=EXAMPLES)]

router = APIRouter(prefix="/posts", tags=["posts"])

SearchText = Annotated[
    Annotated[str, Field(min_length=1, max_length=100, pattern=STORABLE)] | Absent,
    Query(description="A text that the title holds.", examples=["jam"]),
]
CursorText = Annotated[
    Annotated[str, Field(pattern=PATTERN)] | Absent,
    Query(description="The `next_cursor` of another page.", examples=[CURSOR]),
]
Published = Annotated[
    bool | Absent, Query(description="Only posts that are published, or only drafts.")
]


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=PostResponse,
    operation_id="posts-create",
    summary="Write a post",
    responses=CREATED | problems(400, 401, 404, 409),
)
async def create_post(
    data: Annotated[PostDraft, Body(examples=[{"title": "Plum jam", "content": "Wash them."}])],
    user: CurrentUser,
    service: PostServiceDep,
    request: Request,
    response: Response,
) -> Post:
    """Create a post, by who is signed in. Its address is in the Location header."""
    post = await service.create_post(PostCreate(**data.model_dump(), user_id=user.id))
    response.headers["Location"] = request.app.url_path_for("read_post", post_id=post.id)
    return post


@router.post(
    "/publish",
    operation_id="posts-publish",
    summary="Publish many posts",
    responses=problems(400, 401),
)
async def publish_posts(
    data: PublishRequest, user: CurrentUser, service: PostServiceDep
) -> PublishResponse:
    """Publish many posts at once. What is no draft of yours stays as it is, and is left out."""
    return PublishResponse(published=list(await service.publish_posts(data.ids, user.id)))


@router.get("", operation_id="posts-list", summary="List posts", responses=problems())
async def list_posts(
    service: PostServiceDep,
    page: PageDep,
    cursor: CursorText = None,
    published: Published = None,
    q: SearchText = None,
) -> PostPageResponse:
    """List posts, newest first: from an offset, or behind the cursor that the page before gave."""
    place = None if cursor is None else Cursor.parse(cursor)
    found = await service.list_posts(page, place, published=published, search=q)
    return PostPageResponse.of(found)


@router.get(
    "/{post_id}",
    response_model=PostResponse,
    operation_id="posts-read",
    summary="Read a post",
    responses=problems(404),
)
async def read_post(post_id: IdPath, service: PostServiceDep) -> Post:
    """Read one post."""
    return await service.get_post(post_id)


@router.patch(
    "/{post_id}",
    response_model=PostResponse,
    dependencies=[AuthorOnly],
    operation_id="posts-update",
    summary="Change a post",
    responses=problems(400, 401, 403, 404, 409),
)
async def update_post(post_id: IdPath, data: Change, service: PostServiceDep) -> Post:
    """Change the fields that are sent; the others stay. For the author."""
    return await service.update_post(post_id, data)


@router.delete(
    "/{post_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[AuthorOnly],
    operation_id="posts-delete",
    summary="Delete a post",
    responses=problems(401, 403, 404),
)
async def delete_post(post_id: IdPath, service: PostServiceDep) -> None:
    """Delete a post. For the author."""
    await service.delete_post(post_id)
