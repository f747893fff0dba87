"""Comments over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from app.comments.schemas import ChangedComment, CommentsView, CommentView, NewComment
from app.comments.service import Comments, ForbiddenError
from app.dependencies import CurrentUser, IdPath, SessionDep
from app.openapi import CREATED, problems

router = APIRouter(tags=["comments"])
of_a_post = "/posts/{post_id}/comments"
one = "/comments/{comment_id}"

Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(pattern=r"^c-\d{1,9}$", examples=["c-4"])]


def get_comments(session: SessionDep) -> Comments:
    return Comments(session)


CommentsDep = Annotated[Comments, Depends(get_comments)]


@contextmanager
def forbidding() -> Iterator[None]:
    """What only somebody else may do is a 403."""
    try:
        yield
    except ForbiddenError as error:
        raise HTTPException(403, error.message) from error


@router.get(of_a_post, summary="Comments on a post", responses=problems(404))
async def comments_on_post(
    post_id: IdPath, comments: CommentsDep, limit: Limit = 20, cursor: Cursor = None
) -> CommentsView:
    """All comments on a post, in pages, the oldest first."""
    after = int(cursor.removeprefix("c-")) if cursor else 0
    found = list(await comments.read_all(post_id, after, limit + 1))
    more = len(found) > limit
    items = [CommentView.model_validate(each) for each in found[:limit]]
    return CommentsView(items=items, next_cursor=f"c-{items[-1].id}" if more else None)


@router.post(
    of_a_post,
    status_code=201,
    response_model=CommentView,
    summary="Comment on a post",
    responses=CREATED | problems(400, 401, 404, 409),
)
async def comment_on_post(
    post_id: IdPath,
    new: NewComment,
    user: CurrentUser,
    comments: CommentsDep,
    *,
    request: Request,
    response: Response,
) -> object:
    """Add a comment to a post that is published."""
    comment = await comments.write(post_id, user.id, new.content)
    path = request.app.url_path_for("one_comment", comment_id=comment.id)
    response.headers["Location"] = path
    return comment


@router.get(one, response_model=CommentView, summary="One comment", responses=problems(404))
async def one_comment(comment_id: IdPath, comments: CommentsDep) -> object:
    """One comment with its author."""
    return await comments.read(comment_id)


@router.patch(
    one,
    response_model=CommentView,
    summary="Reword a comment",
    responses=problems(400, 401, 403, 404),
)
async def reword_comment(
    comment_id: IdPath, changed: ChangedComment, user: CurrentUser, comments: CommentsDep
) -> object:
    """Give one's own comment another content."""
    with forbidding():
        return await comments.change(comment_id, user.id, changed.content)


@router.delete(one, status_code=204, summary="Remove a comment", responses=problems(401, 403, 404))
async def remove_comment(comment_id: IdPath, user: CurrentUser, comments: CommentsDep) -> None:
    """Remove one's own comment, or one on one's own post."""
    with forbidding():
        await comments.delete(comment_id, user.id)
