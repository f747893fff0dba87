"""Posts in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, Select, delete, select, tuple_, update
from sqlalchemy.orm import joinedload

from app.models import Post
from app.repositories.base_repository import BaseRepository
from app.utils.cursor import Cursor


class PostRepository(BaseRepository[Post]):
    """Posts, newest first, each with its author."""

    model = Post
    order = (Post.created_at.desc(), Post.id.desc())

    async def exists_by_title(self, title: str) -> bool:
        """Whether a post has this title."""
        return await self.exists(Post.title == title)

    async def lock(self, *where: ColumnElement[bool]) -> Sequence[int]:
        """The ids of the posts that meet all conditions. Until the transaction ends nobody comments
        on them.

        SQLite, where one transaction at a time writes, leaves the lock out.
        """
        query = select(Post.id).where(*where).with_for_update()
        return (await self.session.scalars(query)).all()

    async def list_behind(
        self, cursor: Cursor, limit: int, *where: ColumnElement[bool]
    ) -> Sequence[Post]:
        """The first of the posts behind that place that meet all conditions."""
        behind = tuple_(Post.created_at, Post.id) < (cursor.created_at, cursor.id)
        query = self._select().where(behind, *where).order_by(*self.order).limit(limit)
        return (await self.session.scalars(query)).all()

    async def publish(self, ids: Sequence[int], user_id: int) -> Sequence[Row[Any]]:
        """Publish those of the posts that are drafts of the user's. Gives their rows."""
        query = (
            update(Post)
            .where(Post.id.in_(ids), Post.user_id == user_id, Post.published.is_(False))
            .values(published=True)
            .returning(*Post.__table__.c)
        )
        return await self._rows(query)

    async def remove(self, *where: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """Remove all posts that meet the conditions. Gives their rows as they were last."""
        return await self._rows(delete(Post).where(*where).returning(*Post.__table__.c))

    @staticmethod
    def matching(published: bool | None, search: str | None) -> list[ColumnElement[bool]]:
        """The conditions of a list. None asks for nothing."""
        conditions: list[ColumnElement[bool]] = []
        if published is not None:
            conditions.append(Post.published.is_(published))
        if search is not None:
            conditions.append(Post.title.icontains(search, autoescape=True))
        return conditions

    async def _rows(self, query: Executable) -> Sequence[Row[Any]]:
        """The rows that a statement gives back, in the order of their ids."""
        return sorted(await self.session.execute(query), key=lambda row: row.id)

    def _select(self) -> Select[Post]:
        return super()._select().options(joinedload(Post.author))
