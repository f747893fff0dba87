"""Comments in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.comments.model import Comment

FRESH = {"populate_existing": True}


async def add(session: AsyncSession, comment: Comment) -> None:
    session.add(comment)
    await session.flush()


async def get(session: AsyncSession, id_: int) -> Comment | None:
    query = select(Comment).where(Comment.id == id_).options(joinedload(Comment.author))
    return (await session.scalars(query, execution_options=FRESH)).one_or_none()


async def after(session: AsyncSession, post_id: int, id_: int, limit: int) -> Sequence[Comment]:
    query = select(Comment).where(Comment.post_id == post_id, Comment.id > id_)
    query = query.options(joinedload(Comment.author)).order_by(Comment.id).limit(limit)
    return (await session.scalars(query)).all()


async def change(session: AsyncSession, id_: int, **values: Any) -> Row[Any] | None:
    query = update(Comment).where(Comment.id == id_).values(**values)
    return (await session.execute(query.returning(*Comment.__table__.c))).one_or_none()


async def remove(session: AsyncSession, condition: ColumnElement[bool]) -> Sequence[Row[Any]]:
    query = delete(Comment).where(condition).returning(*Comment.__table__.c)
    return (await session.execute(query)).all()
