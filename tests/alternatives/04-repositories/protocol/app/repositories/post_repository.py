"""Posts."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.models import Post
from app.repositories.base_repository import BaseRepository


class PostRepository(BaseRepository[Post]):
    """Newest first."""

    def __init__(self, session: AsyncSession) -> None:
        newest = (Post.created_at.desc(), Post.id.desc())
        super().__init__(session, Post, newest, [joinedload(Post.author)])

    async def exists_by_title(self, title: str) -> bool:
        return await self.exists(Post.title == title)
