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
from app.utils.cursor import Cursor, CursorPage
from app.utils.pagination import PageParams


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

    async def list_posts(
        self,
        page: PageParams,
        cursor: Cursor | None = None,
        *,
        published: bool | None = None,
        search: str | None = None,
    ) -> CursorPage[Post]:
        """One page of the posts, newest first: behind the cursor, and from there at the offset."""
        where = self._posts.matching(published, search)
        if cursor is None:
            posts = await self._posts.list(page, *where)
            total = await self._posts.count(*where)
        else:
            posts = await self._posts.list_behind(cursor, page, *where)
            total = await self._posts.count(*where)
        last = Cursor(posts[-1].created_at, posts[-1].id) if len(posts) == page.limit else None
        return CursorPage(posts, total, page, last)

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

    async def publish_posts(self, ids: Sequence[int], user_id: int) -> Sequence[int]:
        """Publish those of the posts that are drafts of the user's, and give their ids."""
        published = await self._posts.publish(ids, user_id)
        await self._session.commit()
        return published

    async def _create(self, data: PostCreate) -> Post:
        author = await self._users.get(data.user_id)
        if author is None:
            raise NotFoundError(f"There is no user {data.user_id}.")
        values = data.model_dump(exclude={"user_id"})
        return await self._posts.create(Post(author=author, **values))
