"""Users."""

import sqlalchemy as sa

from app.models import User
from app.repositories.base_repository import BaseRepository


class UserRepository(BaseRepository[User]):
    model = User
    sort = (User.id.asc(),)

    async def get_by_email(self, email: str) -> User | None:
        found = await self._db.execute(sa.select(User).where(User.email == email))
        return found.scalars().first()
