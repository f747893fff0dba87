"""The same service of users with its rules spelt another way."""

from collections.abc import Awaitable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app.exceptions import ConflictError, NotFoundError
from app.models import User
from app.repositories import UserRepository
from app.repositories.violations import is_duplicate
from app.schemas.user import UserCreate, UserUpdate
from app.utils import passwords
from app.utils.pagination import Page, PageParams

Done = TypeVar("Done")


class AddressTaken(ConflictError):
    """One address, two users."""


class UserService:
    """Users, by way of one repository."""

    def __init__(self, session: AsyncSession) -> None:
        self.db = session
        self.store = UserRepository(session)

    async def create_user(self, data: UserCreate) -> User:
        values = data.model_dump(exclude={"password"})
        secret = await passwords.hash_password(data.password.get_secret_value())
        return await self._keep(self.store.create(User(**values, hashed_password=secret)))

    async def get_user(self, user_id: int) -> User:
        if found := await self.store.get(user_id):
            return found
        raise NotFoundError(f"Nobody has the number {user_id}")

    async def list_users(self, page: PageParams) -> Page[User]:
        total = await self.store.count()
        return Page(items=await self.store.list(page), total=total, params=page)

    async def update_user(self, user_id: int, data: UserUpdate) -> User:
        user = await self.get_user(user_id)
        return await self._keep(self.store.update(user, data.changes()))

    async def delete_user(self, user_id: int) -> None:
        user = await self.get_user(user_id)
        await self._keep(self.store.delete(user))

    async def _keep(self, work: Awaitable[Done]) -> Done:
        try:
            done = await work
            await self.db.commit()
        except StaleDataError as error:
            await self.db.rollback()
            raise NotFoundError("That user has just gone.") from error
        except IntegrityError as error:
            await self.db.rollback()
            if is_duplicate(error):
                raise AddressTaken("Somebody has that address.") from error
            raise
        except Exception:
            await self.db.rollback()
            raise
        return done
