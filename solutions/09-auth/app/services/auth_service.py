"""Who somebody is."""

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app.models import User
from app.repositories import UserRepository
from app.schemas.user import Email
from app.utils import passwords

_address: TypeAdapter[str] = TypeAdapter(Email)


class AuthService:
    """Tells by address and password who somebody is."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._users = UserRepository(session)

    async def sign_in(self, email: str, password: str) -> User | None:
        """The user of that address and password, or None, which takes as long.

        A hash of an older kind is replaced: only now is the password at hand.
        """
        user = await self._find(email)
        right, newer = await passwords.verify_password(
            password, user.hashed_password if user else None
        )
        if user is None or not right:
            return None
        if newer is not None:
            try:
                await self._users.update(user, {"hashed_password": newer})
                await self._session.commit()
            except StaleDataError:  # deleted since the user was read
                await self._session.rollback()
                return None
        return user

    async def _find(self, email: str) -> User | None:
        """Addresses are compared as they were stored: in the form that registering gave them."""
        try:
            return await self._users.get_by_email(_address.validate_python(email))
        except ValidationError:
            return None
