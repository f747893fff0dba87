from sqlalchemy import func, select

from app.exceptions import ConflictError, NotFoundError
from app.models import Post
from app.schemas import PostCreate, PostUpdate
from app.services import PostService
from app.utils.pagination import PageParams
from tests.base import Case


class Services(Case):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.service = PostService(self.session)

    def new(self, title="t"):
        return PostCreate(title=title, content="c", user_id=self.user.id)

    async def count(self):
        return await self.other.scalar(select(func.count()).select_from(Post))

    async def test_create(self):
        await self.service.create_post(self.new())
        self.assertEqual(await self.count(), 1)

    async def test_conflict(self):
        await self.service.create_posts([self.new("a"), self.new("b")])
        with self.assertRaises(ConflictError):
            await self.service.create_post(self.new("a"))
        b = await self.other.scalar(select(Post.id).where(Post.title == "b"))
        with self.assertRaises(ConflictError):
            await self.service.update_post(b, PostUpdate(title="a"))

    async def test_update(self):
        post = await self.service.create_post(self.new("a"))
        await self.service.update_post(post.id, PostUpdate(content="other"))
        stored = await self.other.get_one(Post, post.id)
        self.assertEqual((stored.title, stored.content), ("a", "other"))

    async def test_nobody(self):
        with self.assertRaises(NotFoundError):
            await self.service.create_post(PostCreate(title="t", content="c", user_id=99))

    async def test_half(self):
        with self.assertRaises(ConflictError):
            await self.service.create_posts([self.new("a"), self.new("a")])
        self.assertEqual(await self.count(), 0)

    async def test_delete(self):
        post = await self.service.create_post(self.new())
        await self.service.delete_post(post.id)
        self.assertEqual(await self.count(), 0)
        with self.assertRaises(NotFoundError):
            await self.service.get_post(1)

    async def test_pages(self):
        await self.service.create_posts([self.new(str(n)) for n in range(4)])
        page = await self.service.list_posts(PageParams(limit=2, offset=1))
        self.assertEqual([post.title for post in page.items], ["2", "1"])
        self.assertEqual(page.total, 4)
