"""Posts, joined with their authors."""

from sqlalchemy import Select, desc
from sqlalchemy.orm import contains_eager

from app.models import Post
from app.repositories.base_repository import BaseRepository


class PostRepository(BaseRepository[Post]):
    model = Post
    order = (desc(Post.created_at), desc(Post.id))

    def get_base_statement(self) -> Select[Post]:
        return super().get_base_statement().join(Post.author).options(contains_eager(Post.author))

    async def exists_by_title(self, title: str) -> bool:
        return await self.exists(Post.title == title)
