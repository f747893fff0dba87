"""Comments in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, tuple_
from sqlalchemy.orm import joinedload

from app.models import Comment
from app.repositories.base_repository import BaseRepository
from app.utils.cursor import Cursor


class CommentRepository(BaseRepository[Comment]):
    """Comments, oldest first, each with its author and its post."""

    model = Comment
    order = (Comment.created_at, Comment.id)

    async def list_of_post(
        self, post_id: int, cursor: Cursor | None, limit: int
    ) -> Sequence[Comment]:
        """The first comments on a post, or the first behind that place."""
        query = self._select().where(Comment.post_id == post_id)
        if cursor is not None:
            place = (cursor.created_at, cursor.id)
            query = query.where(tuple_(Comment.created_at, Comment.id) > place)
        return (await self.session.scalars(query.order_by(*self.order).limit(limit))).all()

    async def remove(self, *where: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """Remove all comments that meet the conditions. Gives their rows as they were last."""
        query = delete(Comment).where(*where).returning(*Comment.__table__.c)
        return sorted(await self.session.execute(query), key=lambda row: row.id)

    def _select(self) -> Select[Comment]:
        return super()._select().options(joinedload(Comment.author), joinedload(Comment.post))
