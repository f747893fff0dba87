"""Users in the database."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from app.models import Post, User
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
        """One page of users, each with all posts, in two statements."""
        users = await self.list(page)
        posts = select(Post).where(Post.user_id.in_([user.id for user in users]))
        by_user = defaultdict(list)
        for post in await self.session.scalars(posts.order_by(Post.id.desc())):
            by_user[post.user_id].append(post)
        for user in users:
            set_committed_value(user, "posts", by_user[user.id])
        return users
