"""Posts, by units of work."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.exceptions import NotFoundError
from app.models import Post
from app.schemas.post import PostCreate, PostUpdate
from app.services.unit_of_work import UnitOfWork
from app.utils.pagination import Page, PageParams


class PostService:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    def _work(self) -> UnitOfWork:
        return UnitOfWork(self.session, "This title is in use.")

    async def create_post(self, data: PostCreate) -> Post:
        return (await self.create_posts([data]))[0]

    async def create_posts(self, data: Sequence[PostCreate]) -> list[Post]:
        made = []
        async with self._work() as work:
            for each in data:
                if (author := await work.users.get(each.user_id)) is None:
                    raise NotFoundError("No such author.")
                post = Post(title=each.title, content=each.content, author=author)
                post.published = each.published
                made.append(await work.posts.create(post))
        return made

    async def get_post(self, post_id: int) -> Post:
        if post := await UnitOfWork(self.session, "").posts.get(post_id):
            return post
        raise NotFoundError("No such post.")

    async def list_posts(self, page: PageParams) -> Page[Post]:
        work = self._work()
        total = await work.posts.count()
        return Page(items=await work.posts.list(page), total=total, params=page)

    async def update_post(self, post_id: int, data: PostUpdate) -> Post:
        async with self._work() as work:
            return await work.posts.update(await self.get_post(post_id), data.changes())

    async def delete_post(self, post_id: int) -> None:
        async with self._work() as work:
            await work.posts.delete(await self.get_post(post_id))
