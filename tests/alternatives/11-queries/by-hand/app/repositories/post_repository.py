"""Posts in the database."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import selectinload

from app.models import Post
from app.repositories.base_repository import BaseRepository
from app.utils.cursor import Cursor
from app.utils.pagination import PageParams


class PostRepository(BaseRepository[Post]):
    """Posts, newest first, each with its author."""

    model = Post
    order = (Post.created_at.desc(), Post.id.desc())

    async def exists_by_title(self, title: str) -> bool:
        """Whether a post has this title."""
        return await self.exists(Post.title == title)

    async def list_behind(
        self, cursor: Cursor, page: PageParams, *where: ColumnElement[bool]
    ) -> Sequence[Post]:
        """One page of the posts behind that place that meet all conditions."""
        behind = and_(
            Post.created_at <= cursor.created_at,
            or_(Post.created_at < cursor.created_at, Post.id < cursor.id),
        )
        query = self._select().where(behind, *where).order_by(*self.order)
        query = query.limit(page.limit).offset(page.offset)
        return (await self.session.scalars(query)).all()

    async def publish(self, ids: Sequence[int], user_id: int) -> Sequence[int]:
        """Publish those of the posts that are drafts of the user's. Gives their ids."""
        mine = select(Post).where(Post.id.in_(ids)).with_for_update()
        drafts = [
            post
            for post in await self.session.scalars(mine)
            if post.user_id == user_id and not post.published
        ]
        for post in drafts:
            post.published = True
        await self.session.flush()
        return [post.id for post in drafts]

    @staticmethod
    def matching(published: bool | None, search: str | None) -> list[ColumnElement[bool]]:
        """The conditions of a list. None asks for nothing."""
        conditions: list[ColumnElement[bool]] = []
        if published is not None:
            conditions.append(Post.published if published else ~Post.published)
        if search is not None:
            escaped = search
            for special in "!%_":
                escaped = escaped.replace(special, f"!{special}")
            conditions.append(Post.title.ilike(f"%{escaped}%", escape="!"))
        return conditions

    def _select(self) -> Select[Post]:
        return super()._select().options(selectinload(Post.author))
