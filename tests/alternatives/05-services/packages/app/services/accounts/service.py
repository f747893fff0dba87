"""Users; what is slow is done in a thread by the service itself."""

from asyncio import to_thread

from app.exceptions import AddressTaken, UserNotFound
from app.models import User
from app.repositories import UserRepository
from app.schemas import UserCreate, UserUpdate
from app.services.generic import Service
from app.utils.pagination import Page, PageParams
from app.utils.passwords import hash_password


class UserService(Service[User]):
    missing = UserNotFound
    taken = AddressTaken
    rows: UserRepository

    def repository(self, session) -> UserRepository:
        return UserRepository(session)

    async def create_user(self, data: UserCreate) -> User:
        if await self.rows.get_by_email(data.email):
            raise AddressTaken(f"{data.email} is taken")
        values = data.model_dump(exclude={"password"})
        hashed = await to_thread(hash_password, data.password.get_secret_value())
        async with self._transaction():
            return await self.rows.create(User(**values, hashed_password=hashed))

    async def get_user(self, id_: int) -> User:
        return await self._get(id_)

    async def get_user_by_email(self, email: str) -> User | None:
        return await self.rows.get_by_email(email)

    async def list_users(self, page: PageParams) -> Page[User]:
        return await self._page(page)

    async def update_user(self, id_: int, data: UserUpdate) -> User:
        return await self._change(id_, data.changes())

    async def delete_user(self, id_: int) -> None:
        await self._drop(id_)
