"""Users."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import User
from app.repositories.base_repository import BaseRepository


class UserRepository(BaseRepository[User]):
    """In the order in which they came."""

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session, User, [User.id])

    async def get_by_email(self, email: str) -> User | None:
        return await self.session.scalar(select(User).filter_by(email=email))
