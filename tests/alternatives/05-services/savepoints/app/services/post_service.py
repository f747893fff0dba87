"""Posts, each write in a savepoint, so that a conflict costs only itself."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app import exceptions, models, repositories
from app.schemas import PostCreate, PostUpdate
from app.utils.pagination import Page, PageParams


class PostService:
    """Takes its repositories, or makes them."""

    def __init__(
        self,
        session: AsyncSession,
        posts: repositories.PostRepository | None = None,
        users: repositories.UserRepository | None = None,
    ) -> None:
        self.db = session
        self.posts = posts or repositories.PostRepository(session)
        self.users = users or repositories.UserRepository(session)

    async def create_post(self, data: PostCreate) -> models.Post:
        return (await self.create_posts([data])).pop()

    async def create_posts(self, data: list[PostCreate]) -> list[models.Post]:
        try:
            made = [await self._one(each) for each in data]
        except Exception:
            await self.db.rollback()
            raise
        await self.db.commit()
        return made

    async def _one(self, data: PostCreate) -> models.Post:
        author = await self.users.get(data.user_id)
        if not author:
            raise exceptions.NotFoundError(f"user {data.user_id}")
        post = models.Post(**data.model_dump(exclude={"user_id"}), user_id=author.id)
        post.author = author
        return await self._guarded(self.posts.create(post))

    async def _guarded(self, write):
        try:
            return await write
        except IntegrityError as error:
            await self.db.rollback()
            if "UNIQUE" in str(error.orig).upper():  # so do SQLite and PostgreSQL say it
                raise exceptions.ConflictError("The title is taken.") from error
            if "FOREIGN KEY" in str(error.orig).upper():
                raise exceptions.NotFoundError("no such user any more") from error
            raise
        except StaleDataError as error:
            await self.db.rollback()
            raise exceptions.NotFoundError("no such post any more") from error

    async def get_post(self, post_id: int) -> models.Post:
        found = await self.posts.get(post_id)
        if not found:
            raise exceptions.NotFoundError(f"post {post_id}")
        return found

    async def list_posts(self, page: PageParams) -> Page[models.Post]:
        return Page(list(await self.posts.list(page)), await self.posts.count(), page)

    async def update_post(self, post_id: int, data: PostUpdate) -> models.Post:
        changed = await self._guarded(
            self.posts.update(await self.get_post(post_id), data.changes())
        )
        await self.db.commit()
        return changed

    async def delete_post(self, post_id: int) -> None:
        post = await self.get_post(post_id)
        await self.posts.delete(post)
        await self.db.commit()
