"""What can be done with users."""

from unicodedata import normalize

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app.exceptions import ConflictError, NotFoundError
from app.models import User
from app.repositories import UserRepository
from app.repositories.violations import is_duplicate
from app.schemas.user import UserCreate, UserUpdate
from app.utils.pagination import Page, PageParams
from app.utils.passwords import hash_password, verify_password


class UserService:
    """Registers, changes and finds users. Raises only errors of the domain."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._users = UserRepository(session)

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

    async def sign_in(self, email: str, password: str) -> User | None:
        """Who has this address and password, if anybody."""
        user = None
        if "\0" not in email:
            user = await self._users.get_by_email(normalize("NFC", email.strip().lower()))
        right, newer = await verify_password(password, getattr(user, "hashed_password", None))
        if user and right and newer:
            user.hashed_password = newer
            try:
                await self._session.commit()
            except StaleDataError:  # deleted meanwhile
                await self._session.rollback()
                return None
        return user if right else None

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
        """Remove a user and, by the database, the user's posts. Raises NotFoundError."""
        await self._users.delete(await self.get_user(user_id))
        await self._session.commit()
