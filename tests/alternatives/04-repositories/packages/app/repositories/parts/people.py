"""Users."""

from app.models.user import User
from app.repositories.parts.shared import Repository


class UserRepository(Repository[User], entity=User):
    sorting = (User.id,)

    async def get_by_email(self, email: str) -> User | None:
        """Addresses are stored in lower case: whoever asks may write them as they like."""
        address = email.lower()
        found: User | None = (
            await self._session.scalars(self._rows((User.email == address,)))
        ).one_or_none()
        return found
