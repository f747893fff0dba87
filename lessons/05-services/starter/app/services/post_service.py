"""What can be done with posts."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app.exceptions import ConflictError, NotFoundError
from app.models import Post
from app.repositories import PostRepository, UserRepository
from app.repositories.violations import is_duplicate, is_orphan
from app.schemas.post import PostCreate, PostUpdate
from app.utils.pagination import Page, PageParams


class PostService:
    """Writes, changes and finds posts. Raises only errors of the domain."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._posts = PostRepository(session)
        self._users = UserRepository(session)

    async def create_post(self, data: PostCreate) -> Post:
        """Store a post. Raises NotFoundError for the author, ConflictError for the title."""
        raise NotImplementedError("TODO 05.2")

    async def create_posts(self, data: Sequence[PostCreate]) -> list[Post]:
        """Store several posts: all of them, or none where one cannot be stored."""
        raise NotImplementedError("TODO 05.4")

    async def get_post(self, post_id: int) -> Post:
        """The post of that id. Raises NotFoundError."""
        raise NotImplementedError("TODO 05.2")

    async def list_posts(self, page: PageParams) -> Page[Post]:
        """One page of the posts, newest first."""
        raise NotImplementedError("TODO 05.2")

    async def update_post(self, post_id: int, data: PostUpdate) -> Post:
        """Change what was sent. Raises NotFoundError, or ConflictError for the title."""
        raise NotImplementedError("TODO 05.2")

    async def delete_post(self, post_id: int) -> None:
        """Remove a post. Raises NotFoundError."""
        raise NotImplementedError("TODO 05.2")

    async def _create(self, data: PostCreate) -> Post:
        raise NotImplementedError("TODO 05.2")
