"""What can be done with remarks: functions, each of which is one transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import or_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app.exceptions import ConflictError, DomainError, NotFoundError
from app.models import OutboxEvent, Post, Remark, User
from app.repositories import OutboxRepository, remarks
from app.repositories.violations import is_orphan
from app.schemas.events import EventEnvelope


class NotYoursError(DomainError):
    """It is another's."""

    code = "not_yours"


async def write(session: AsyncSession, post_id: int, body: str, writer: User) -> Remark:
    post = await session.get(Post, post_id)
    if post is None:
        raise NotFoundError("No such post.")
    if not post.published:
        raise ConflictError("It is a draft.")
    remark = Remark(body=body, on_post=post_id, by_user=writer.id, writer=writer)
    try:
        session.add(remark)
        await session.flush()
        await _tell(session, "comment.created", [remark])
        await session.commit()
    except IntegrityError as error:
        await session.rollback()
        if is_orphan(error):
            raise NotFoundError("No such post, by now.") from error
        raise
    return remark


async def get(session: AsyncSession, number: int) -> Remark:
    remark = await remarks.find(session, number)
    if remark is None:
        raise NotFoundError("No such comment.")
    return remark


async def page(
    session: AsyncSession, post_id: int, after: int, most: int
) -> tuple[Sequence[Remark], int | None]:
    """Some remarks, and the number of the last of them where there are more."""
    if await session.get(Post, post_id) is None:
        raise NotFoundError("No such post.")
    found = await remarks.behind(session, post_id, after, most + 1)
    return found[:most], found[most - 1].number if len(found) > most else None


async def edit(session: AsyncSession, number: int, body: str | None, user: User) -> Remark:
    remark = await get(session, number)
    if remark.by_user != user.id:
        raise NotYoursError("It is not yours.")
    try:
        if body is not None and remark.edit(body):
            await session.flush()
            await _tell(session, "comment.updated", [remark])
        await session.commit()
    except StaleDataError as error:
        await session.rollback()
        raise NotFoundError("No such comment, by now.") from error
    return remark


async def delete(session: AsyncSession, number: int, user: User) -> None:
    remark = await get(session, number)
    if user.id != remark.by_user and user.id != await remarks.owner_of_post(session, remark):
        raise NotYoursError("Neither it nor the post is yours.")
    gone = await remarks.remove(session, Remark.number == number)
    if not gone:
        raise NotFoundError("No such comment, by now.")
    await _tell(session, "comment.deleted", gone)
    await session.commit()


async def take_along(
    session: AsyncSession, post_ids: Sequence[int], user_id: int | None = None
) -> None:
    """Delete what goes with posts, or with a user. The caller commits."""
    condition = or_(Remark.on_post.in_(post_ids), Remark.by_user == user_id)
    await _tell(session, "comment.deleted", await remarks.remove(session, condition))


async def _tell(session: AsyncSession, kind: str, told: Iterable[Any]) -> None:
    events = []
    for each in told:
        data = {"id": each.number, "content": each.body}
        data |= {"post_id": each.on_post, "user_id": each.by_user}
        value = EventEnvelope(type=kind, data=data).model_dump_json()
        events.append(OutboxEvent(key=str(each.on_post), value=value))
    await OutboxRepository(session).add_all(events)
