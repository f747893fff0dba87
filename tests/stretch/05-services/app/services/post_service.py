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
        [post] = await self.create_posts([data])
        return post

    async def create_posts(self, data: Sequence[PostCreate]) -> list[Post]:
        """Store several posts: all of them, or none where one cannot be stored."""
        try:
            posts = [await self._create(each) for each in data]
            await self._session.commit()
        except IntegrityError as error:
            await self._session.rollback()
            if is_orphan(error):  # deleted since it was read
                raise NotFoundError("The author does not exist any more.") from error
            if not is_duplicate(error):
                raise
            raise ConflictError("A post with this title exists already.") from error
        except Exception:
            await self._session.rollback()
            raise
        return posts

    async def get_post(self, post_id: int) -> Post:
        """The post of that id. Raises NotFoundError."""
        post = await self._posts.get(post_id)
        if post is None:
            raise NotFoundError(f"There is no post {post_id}.")
        return post

    async def list_posts(self, page: PageParams) -> Page[Post]:
        """One page of the posts, newest first."""
        posts = await self._posts.list(page)
        return Page(posts, await self._posts.count(), page)

    async def update_post(self, post_id: int, data: PostUpdate) -> Post:
        """Change what was sent. Raises NotFoundError, or ConflictError for the title."""
        post = await self.get_post(post_id)
        try:
            await self._posts.update(post, data.changes())
            await self._session.commit()
        except IntegrityError as error:
            await self._session.rollback()
            if not is_duplicate(error):
                raise
            raise ConflictError("A post with this title exists already.") from error
        except StaleDataError as error:  # deleted since it was read
            await self._session.rollback()
            raise NotFoundError(f"There is no post {post_id}.") from error
        return post

    async def delete_post(self, post_id: int) -> None:
        """Remove a post. Raises NotFoundError."""
        await self._posts.delete(await self.get_post(post_id))
        await self._session.commit()

    async def hand_over(self, user_id: int, to: int) -> int:
        """Give all posts of a user to another. Says how many, or raises NotFoundError."""
        for each in (user_id, to):
            if await self._users.get(each) is None:
                raise NotFoundError(f"There is no user {each}.")
        try:
            count = await self._posts.hand_over(user_id, to)
            await self._session.commit()
        except IntegrityError as error:
            await self._session.rollback()
            if not is_orphan(error):
                raise
            raise NotFoundError(f"There is no user {to}.") from error
        return count

    async def _create(self, data: PostCreate) -> Post:
        author = await self._users.get(data.user_id)
        if author is None:
            raise NotFoundError(f"There is no user {data.user_id}.")
        values = data.model_dump(exclude={"user_id"})
        return await self._posts.create(Post(author=author, **values))
