"""Users in the database."""

from collections.abc import Sequence

from sqlalchemy.orm import selectinload

from app.models import User
from app.repositories.base_repository import BaseRepository
from app.utils.pagination import PageParams


class UserRepository(BaseRepository[User]):
    """Users in the order in which they came."""

    model = User
    order = (User.id,)

    async def get_by_email(self, email: str) -> User | None:
        """The user of that address, or None."""
        return await self._one(User.email == email)

    async def lock(self, user_id: int) -> User | None:
        """The user of that id, or None. Until the transaction ends nobody gives them a post.

        SQLite, where one transaction at a time writes, leaves the lock out.
        """
        query = self._select().where(User.id == user_id).with_for_update()
        return (await self.session.scalars(query)).one_or_none()

    async def list_with_posts(self, page: PageParams) -> Sequence[User]:
        """One page of users, each with all posts, in two statements."""
        query = self._select().options(selectinload(User.posts)).order_by(*self.order)
        found = query.slice(page.offset, page.offset + page.limit)
        return (await self.session.scalars(found)).all()
