"""Users."""

from sqlalchemy import Select, select

from app.models import User
from app.repositories.base_repository import BaseRepository


class UserRepository(BaseRepository[User]):
    """Users as they came."""

    table = User

    def rows(self) -> Select[User]:
        return select(User).order_by(User.id)

    async def get_by_email(self, email: str) -> User | None:
        return await self._first(User.email == email)
