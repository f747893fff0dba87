"""Remarks in the database. None of these functions commits."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Post, Remark


async def find(session: AsyncSession, number: int) -> Remark | None:
    return await session.get(Remark, number)


async def owner_of_post(session: AsyncSession, remark: Remark) -> int | None:
    """Whose post it is that a remark is on."""
    return await session.scalar(select(Post.user_id).where(Post.id == remark.on_post))


async def behind(session: AsyncSession, post_id: int, number: int, most: int) -> Sequence[Remark]:
    """The next remarks on a post behind that one."""
    query = select(Remark).where(Remark.on_post == post_id, Remark.number > number)
    return (await session.scalars(query.order_by(Remark.number).limit(most))).all()


async def remove(session: AsyncSession, condition: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Delete remarks, and give them as they were."""
    columns = (Remark.number, Remark.body, Remark.on_post, Remark.by_user)
    result = await session.execute(delete(Remark).where(condition).returning(*columns))
    return sorted(result.all(), key=lambda row: int(row.number))
