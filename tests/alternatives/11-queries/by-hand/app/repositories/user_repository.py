"""Users in the database."""

from collections.abc import Sequence

from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

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

    async def list_with_posts(self, page: PageParams) -> Sequence[User]:
        """One page of users, each with all posts, in one statement."""
        query = (
            self._select()
            .options(joinedload(User.posts))
            .order_by(*self.order)
            .limit(page.limit)
            .offset(page.offset)
        )
        users = (await self.session.scalars(query)).unique().all()
        for user in users:
            set_committed_value(user, "posts", sorted(user.posts, key=lambda post: -post.id))
        return users
