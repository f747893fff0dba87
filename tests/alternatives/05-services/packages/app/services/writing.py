"""Posts. A title that is taken is asked for first; the constraint is the net."""

from app.exceptions import PostNotFound, TitleTaken, UserNotFound
from app.models import Post
from app.repositories import PostRepository, UserRepository
from app.schemas import PostCreate, PostUpdate
from app.services.generic import Service
from app.utils.pagination import Page, PageParams


class PostService(Service[Post]):
    missing = PostNotFound
    taken = TitleTaken
    rows: PostRepository

    def repository(self, session) -> PostRepository:
        return PostRepository(session)

    async def create_post(self, data: PostCreate) -> Post:
        async with self._transaction():
            return await self._store(data)

    async def create_posts(self, data: list[PostCreate]) -> list[Post]:
        made = []
        async with self._transaction():
            for each in data:
                made += [await self._store(each)]
        return made

    async def _store(self, data: PostCreate) -> Post:
        if await self.rows.exists_by_title(data.title):
            raise TitleTaken
        users = UserRepository(self.session)
        if not (author := await users.get(data.user_id)):
            raise UserNotFound(data.user_id)
        values = data.model_dump()
        return await self.rows.create(Post(**values, author=author))

    async def get_post(self, id_: int) -> Post:
        return await self._get(id_)

    async def get_posts_by_user(self, user_id: int) -> list[Post]:
        return list(await self.rows.list(None, Post.user_id == user_id))

    async def list_posts(self, page: PageParams) -> Page[Post]:
        return await self._page(page)

    async def update_post(self, id_: int, data: PostUpdate) -> Post:
        return await self._change(id_, data.changes())

    async def delete_post(self, id_: int) -> None:
        await self._drop(id_)
