from datetime import datetime, timedelta, timezone

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, StatementError

from app.models import Post, User
from tests.base import Case


class Models(Case):
    def post(self, title="t", **more):
        return Post(title=title, content="c", author=self.user, **more)

    async def test_email(self):
        self.session.add(User(email=self.user.email, name="B", hashed_password="x"))
        with self.assertRaises(IntegrityError):
            await self.session.flush()

    async def test_title(self):
        self.session.add_all([self.post(), self.post()])
        with self.assertRaises(IntegrityError):
            await self.session.flush()

    async def test_cascade(self):
        self.session.add(self.post())
        await self.session.commit()
        await self.other.delete(await self.other.get_one(User, self.user.id))
        await self.other.commit()
        self.assertEqual(await self.other.scalar(select(func.count()).select_from(Post)), 0)

    async def test_times(self):
        post = self.post()
        self.session.add(post)
        await self.session.commit()
        self.assertIs(post.published, False)
        self.assertIsNone(post.updated_at)
        post.published = True
        await self.session.commit()
        self.assertIsNotNone(post.updated_at)

    async def test_zone(self):
        given = datetime(2031, 5, 17, 23, 45, tzinfo=timezone(timedelta(hours=-7)))
        self.session.add(self.post(created_at=given))
        await self.session.commit()
        self.assertEqual((await self.other.scalars(select(Post))).one().created_at, given)

    async def test_naive(self):
        self.session.add(self.post(created_at=datetime(2031, 5, 17)))
        with self.assertRaises(StatementError):
            await self.session.flush()

    def test_repr(self):
        self.assertNotIn("not-a-hash", repr(User(id=3, hashed_password="not-a-hash")))
