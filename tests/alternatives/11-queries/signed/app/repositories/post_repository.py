"""Posts in the database."""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, update
from sqlalchemy.orm import joinedload

from app.models import Post
from app.repositories.base_repository import BaseRepository


class PostRepository(BaseRepository[Post]):
    """Posts, newest first, each with its author."""

    model = Post
    order = (Post.created_at.desc(), Post.id.desc())

    async def exists_by_title(self, title: str) -> bool:
        """Whether a post has this title."""
        return await self.exists(Post.title == title)

    async def publish(self, ids: Sequence[int], user_id: int) -> Sequence[int]:
        """Publish those of the posts that are drafts of the user's. Gives their ids."""
        query = (
            update(Post)
            .where(Post.id.in_(ids), Post.user_id == user_id, Post.published.is_(False))
            .values(published=True)
            .returning(Post.id)
        )
        return (await self.session.scalars(query)).all()

    @staticmethod
    def matching(published: bool | None, search: str | None) -> list[ColumnElement[bool]]:
        """The conditions of a list. None asks for nothing."""
        conditions: list[ColumnElement[bool]] = []
        if published is not None:
            conditions.append(Post.published.is_(published))
        if search is not None:
            literal = re.sub("[/%_]", r"/\g<0>", search)
            conditions.append(Post.title.ilike(f"%{literal}%", escape="/"))
        return conditions

    def _select(self) -> Select[Post]:
        return super()._select().options(joinedload(Post.author))
