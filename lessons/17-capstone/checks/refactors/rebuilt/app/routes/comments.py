"""Endpoints for remarks, which clients call comments."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response

from app.dependencies import CurrentUser, IdPath, SessionDep
from app.openapi import CREATED, problems
from app.schemas.remark import Edited, Several, Told, Written
from app.services import remarks
from app.services.remarks import NotYoursError

router = APIRouter(tags=["comments"])


@router.post(
    "/posts/{post_id}/comments",
    status_code=201,
    summary="Say something",
    responses=CREATED | problems(400, 401, 404, 409),
)
async def say(
    post_id: IdPath, said: Written, user: CurrentUser, session: SessionDep, response: Response
) -> Told:
    """Say something about a published post."""
    remark = await remarks.write(session, post_id, said.content, user)
    response.headers["Location"] = f"/api/v1/comments/{remark.number}"
    return Told.of(remark)


@router.get("/posts/{post_id}/comments", summary="Hear everybody", responses=problems(404))
async def hear(
    post_id: IdPath,
    session: SessionDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str, Query(pattern="^[0-9]{1,10}$")] = "0",
) -> Several:
    """Hear what was said about a post, in its order."""
    found, last = await remarks.page(session, post_id, min(int(cursor), 2**31 - 1), limit)
    items = [Told.of(each) for each in found]
    return Several(items=items, next_cursor=None if last is None else str(last))


@router.get("/comments/{comment_id}", summary="Hear one", responses=problems(404))
async def hear_one(comment_id: IdPath, session: SessionDep) -> Told:
    """Hear one thing that was said."""
    return Told.of(await remarks.get(session, comment_id))


@router.patch(
    "/comments/{comment_id}", summary="Say it otherwise", responses=problems(400, 401, 403, 404)
)
async def edit(comment_id: IdPath, said: Edited, user: CurrentUser, session: SessionDep) -> Told:
    """Say it in other words, for whoever said it."""
    try:
        return Told.of(await remarks.edit(session, comment_id, said.body, user))
    except NotYoursError as error:
        raise HTTPException(403, error.message) from error


@router.delete(
    "/comments/{comment_id}", status_code=204, summary="Unsay it", responses=problems(401, 403, 404)
)
async def unsay(comment_id: IdPath, user: CurrentUser, session: SessionDep) -> None:
    """Unsay it, for whoever said it, and for the author of the post."""
    try:
        await remarks.delete(session, comment_id, user)
    except NotYoursError as error:
        raise HTTPException(403, error.message) from error
