"""What can be done with users."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app.comments.service import take_along
from app.exceptions import ConflictError, NotFoundError
from app.models import Post, User
from app.repositories import PostRepository, UserRepository
from app.repositories.violations import is_duplicate
from app.schemas.events import PostEventType
from app.schemas.user import UserCreate, UserUpdate
from app.services.outbox import record
from app.utils.pagination import Page, PageParams
from app.utils.passwords import hash_password


class UserService:
    """Registers, changes and finds users. Raises only errors of the domain."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._users = UserRepository(session)
        self._posts = PostRepository(session)

    async def create_user(self, data: UserCreate) -> User:
        """Register a user. Raises ConflictError where the address is taken."""
        hashed = await hash_password(data.password.get_secret_value())
        user = User(email=data.email, name=data.name, hashed_password=hashed)
        try:
            await self._users.create(user)
            await self._session.commit()
        except IntegrityError as error:
            await self._session.rollback()
            if not is_duplicate(error):
                raise
            raise ConflictError("A user with this e-mail address exists already.") from error
        return user

    async def get_user(self, user_id: int) -> User:
        """The user of that id. Raises NotFoundError."""
        user = await self._users.get(user_id)
        if user is None:
            raise NotFoundError(f"There is no user {user_id}.")
        return user

    async def list_users(self, page: PageParams) -> Page[User]:
        """One page of the users, in the order in which they came."""
        users = await self._users.list(page)
        return Page(users, await self._users.count(), page)

    async def list_users_with_posts(self, page: PageParams) -> Page[User]:
        """One page of the users, each with the posts."""
        users = await self._users.list_with_posts(page)
        return Page(users, await self._users.count(), page)

    async def update_user(self, user_id: int, data: UserUpdate) -> User:
        """Change what was sent. Raises NotFoundError, or ConflictError for the address."""
        user = await self.get_user(user_id)
        try:
            await self._users.update(user, data.changes())
            await self._session.commit()
        except IntegrityError as error:
            await self._session.rollback()
            if not is_duplicate(error):
                raise
            raise ConflictError("A user with this e-mail address exists already.") from error
        except StaleDataError as error:  # deleted since it was read
            await self._session.rollback()
            raise NotFoundError(f"There is no user {user_id}.") from error
        return user

    async def delete_user(self, user_id: int) -> None:
        """Remove a user, the user's posts and comments, and the comments on those posts, with an
        event for each. Raises NotFoundError."""
        user = await self._users.lock(user_id)
        if user is None:
            raise NotFoundError(f"There is no user {user_id}.")
        posts = await self._posts.lock(Post.user_id == user_id)
        await take_along(self._session, posts=posts, author=user_id)
        removed = await self._posts.remove(Post.user_id == user_id)
        await record(self._session, PostEventType.DELETED, removed)
        await self._users.delete(user)
        await self._session.commit()
