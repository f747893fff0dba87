"""Users in the database."""

from app.models import User
from app.repositories.base_repository import BaseRepository


class UserRepository(BaseRepository[User]):
    """Users in the order in which they came."""

    model = User

    # TODO 04.3
