"""The same service with its rules spelt another way."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app.exceptions import ConflictError, NotFoundError
from app.models import Post
from app.repositories import PostRepository, UserRepository
from app.repositories.violations import is_duplicate, is_orphan
from app.schemas.post import PostCreate, PostUpdate
from app.utils.pagination import Page, PageParams


class TitleTaken(ConflictError):
    """One title, two posts."""


class NobodyThere(NotFoundError):
    """A post without its author."""


class PostService:
    """Posts, each call a piece of work that is kept or undone."""

    def __init__(self, session: AsyncSession) -> None:
        self.db = session
        self.store = PostRepository(session)

    async def create_post(self, data: PostCreate) -> Post:
        async with self._work():
            return await self._store(data)

    async def create_posts(self, data: Iterable[PostCreate]) -> list[Post]:
        async with self._work():
            return [await self._store(each) for each in data]

    async def get_post(self, post_id: int) -> Post:
        if found := await self.store.get(post_id):
            return found
        raise NotFoundError(f"No such post: {post_id}")

    async def list_posts(self, page: PageParams) -> Page[Post]:
        total = await self.store.count()
        return Page(items=await self.store.list(page), total=total, params=page)

    async def update_post(self, post_id: int, data: PostUpdate) -> Post:
        post = await self.get_post(post_id)
        async with self._work():
            return await self.store.update(post, data.changes())

    async def delete_post(self, post_id: int) -> None:
        post = await self.get_post(post_id)
        async with self._work():
            await self.store.delete(post)

    async def _store(self, data: PostCreate) -> Post:
        author = await UserRepository(self.db).get(data.user_id)
        if not author:
            raise NobodyThere(f"No such user: {data.user_id}")
        post = Post(title=data.title, content=data.content, published=data.published, author=author)
        return await self.store.create(post)

    @asynccontextmanager
    async def _work(self) -> AsyncIterator[None]:
        try:
            yield
            await self.db.commit()
        except Exception as error:
            await self.db.rollback()
            if isinstance(error, StaleDataError):
                raise NotFoundError("That post has just gone.") from error
            if isinstance(error, IntegrityError) and is_duplicate(error):
                raise TitleTaken("That title is in use.") from error
            if isinstance(error, IntegrityError) and is_orphan(error):
                raise NobodyThere("That user has just gone.") from error
            raise
