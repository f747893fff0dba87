"""What can be done with users."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app.exceptions import ConflictError, NotFoundError
from app.models import User
from app.repositories import UserRepository
from app.repositories.violations import is_duplicate
from app.schemas.user import UserCreate, UserUpdate
from app.utils.pagination import Page, PageParams
from app.utils.passwords import hash_password


class UserService:
    """Registers, changes and finds users. Raises only errors of the domain."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._users = UserRepository(session)

    async def create_user(self, data: UserCreate) -> User:
        """Register a user. Raises ConflictError where the address is taken."""
        raise NotImplementedError("TODO 05.3")

    async def get_user(self, user_id: int) -> User:
        """The user of that id. Raises NotFoundError."""
        raise NotImplementedError("TODO 05.3")

    async def list_users(self, page: PageParams) -> Page[User]:
        """One page of the users, in the order in which they came."""
        raise NotImplementedError("TODO 05.3")

    async def update_user(self, user_id: int, data: UserUpdate) -> User:
        """Change what was sent. Raises NotFoundError, or ConflictError for the address."""
        raise NotImplementedError("TODO 05.3")

    async def delete_user(self, user_id: int) -> None:
        """Remove a user and, by the database, the user's posts. Raises NotFoundError."""
        raise NotImplementedError("TODO 05.3")
