"""Posts."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.models import Post
from app.repositories.base_repository import BaseRepository


class PostRepository(BaseRepository[Post]):
    model = Post
    options = (joinedload(Post.author, innerjoin=True),)
    sort = (sa.desc(Post.created_at), sa.desc(Post.id))

    async def exists_by_title(self, title: str) -> bool:
        statement = sa.select(Post.id).where(Post.title == title).limit(1)
        return (await self._db.execute(statement)).first() is not None
