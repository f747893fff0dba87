"""Users, oldest first."""

from app.models import User
from app.repositories.base_repository import BaseRepository


class UserRepository(BaseRepository[User]):
    model = User
    order = (User.id.asc(),)

    async def get_by_email(self, email: str) -> User | None:
        return await self.get_one_or_none(self.get_base_statement().where(User.email == email))
