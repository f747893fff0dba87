"""Posts, joined with their authors."""

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from app.models import Post
from app.repositories.base_repository import BaseRepository


class PostRepository(BaseRepository[Post]):
    """The newest posts first."""

    table = Post

    def rows(self) -> Select[Post]:
        joined = select(Post).join(Post.author).options(contains_eager(Post.author))
        return joined.order_by(Post.created_at.desc(), Post.id.desc())

    async def exists_by_title(self, title: str) -> bool:
        return await self.exists(Post.title == title)
