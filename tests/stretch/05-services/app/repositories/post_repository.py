"""Posts in the database."""

from sqlalchemy import Select, update
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

    async def hand_over(self, user_id: int, to: int) -> int:
        """Give all posts of a user to another, and say how many."""
        query = update(Post).where(Post.user_id == user_id).values(user_id=to).returning(Post.id)
        return len((await self.session.scalars(query)).all())

    def _select(self) -> Select[Post]:
        return super()._select().options(joinedload(Post.author))
