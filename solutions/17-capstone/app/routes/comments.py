"""Endpoints for comments on posts."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import Field

from app.dependencies import (
    CommenterOnly,
    CommenterOrAuthor,
    CommentServiceDep,
    CurrentUser,
    IdPath,
)
from app.models import Comment
from app.openapi import CREATED, problems
from app.schemas.base import Absent
from app.schemas.comment import (
    CommentDraft,
    CommentPageResponse,
    CommentResponse,
    CommentUpdate,
)
from app.schemas.post_page import CURSOR
from app.utils.cursor import PATTERN, Cursor
from app.utils.pagination import DEFAULT_LIMIT, MAX_LIMIT

router = APIRouter(tags=["comments"])

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
CursorText = Annotated[
    Annotated[str, Field(pattern=PATTERN)] | Absent,
    Query(description="The `next_cursor` of another page.", examples=[CURSOR]),
]


@router.post(
    "/posts/{post_id}/comments",
    status_code=status.HTTP_201_CREATED,
    response_model=CommentResponse,
    summary="Write a comment",
    responses=CREATED | problems(400, 401, 404, 409),
)
async def create_comment(
    post_id: IdPath,
    data: CommentDraft,
    user: CurrentUser,
    service: CommentServiceDep,
    *,
    request: Request,
    response: Response,
) -> Comment:
    """Say something about a post that is published. The comment's address is in Location."""
    comment = await service.create_comment(post_id, data, user.id)
    path = request.app.url_path_for("read_comment", comment_id=comment.id)
    response.headers["Location"] = path
    return comment


@router.get("/posts/{post_id}/comments", summary="List comments", responses=problems(404))
async def list_comments(
    post_id: IdPath,
    service: CommentServiceDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> CommentPageResponse:
    """List what was said about a post, oldest first."""
    place = None if cursor is None else Cursor.parse(cursor)
    return CommentPageResponse.of(await service.list_comments(post_id, limit, place))


@router.get(
    "/comments/{comment_id}",
    response_model=CommentResponse,
    summary="Read a comment",
    responses=problems(404),
)
async def read_comment(comment_id: IdPath, service: CommentServiceDep) -> Comment:
    """Read one comment, with its author."""
    return await service.get_comment(comment_id)


@router.patch(
    "/comments/{comment_id}",
    response_model=CommentResponse,
    dependencies=[CommenterOnly],
    summary="Change a comment",
    responses=problems(400, 401, 403, 404),
)
async def update_comment(
    comment_id: IdPath, data: CommentUpdate, service: CommentServiceDep
) -> Comment:
    """Change the text. For the comment's author."""
    return await service.update_comment(comment_id, data)


@router.delete(
    "/comments/{comment_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[CommenterOrAuthor],
    summary="Delete a comment",
    responses=problems(401, 403, 404),
)
async def delete_comment(comment_id: IdPath, service: CommentServiceDep) -> None:
    """Delete a comment. For its author, and for the author of the post."""
    await service.delete_comment(comment_id)
