"""The same service with its rules spelt another way: savepoints, and no list behind create."""

from collections.abc import Sequence
from contextlib import asynccontextmanager
from typing import AsyncIterator

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.exceptions import ConflictError, NotFoundError
from app.models import Post, User
from app.schemas.post import PostCreate, PostUpdate
from app.utils.pagination import Page, PageParams

TAKEN = "That title is in use."


class PostService:
    """Posts, by way of the session itself."""

    def __init__(self, session: AsyncSession) -> None:
        self.db = session

    @asynccontextmanager
    async def _work(self) -> AsyncIterator[None]:
        try:
            yield
            await self.db.commit()
        except IntegrityError as error:
            await self.db.rollback()
            raise ConflictError(TAKEN) from error
        except BaseException:
            await self.db.rollback()
            raise

    async def create_post(self, data: PostCreate) -> Post:
        async with self._work():
            return await self._store(data)

    async def create_posts(self, data: Sequence[PostCreate]) -> list[Post]:
        async with self._work():
            return [await self._store(each) for each in data]

    async def _store(self, data: PostCreate) -> Post:
        author = await self.db.get(User, data.user_id)
        if not author:
            raise NotFoundError(f"No such user: {data.user_id}")
        post = Post(title=data.title, content=data.content, published=data.published, author=author)
        self.db.add(post)
        await self.db.flush()
        return post

    async def get_post(self, post_id: int) -> Post:
        query = select(Post).where(Post.id == post_id).options(selectinload(Post.author))
        found = (await self.db.execute(query)).scalar_one_or_none()
        if found is None:
            raise NotFoundError(f"No such post: {post_id}")
        return found

    async def list_posts(self, page: PageParams) -> Page[Post]:
        query = (
            select(Post)
            .options(selectinload(Post.author))
            .order_by(Post.created_at.desc(), Post.id.desc())
            .slice(page.offset, page.offset + page.limit)
        )
        posts = list((await self.db.execute(query)).scalars())
        total = (await self.db.execute(select(func.count(Post.id)))).scalar_one()
        return Page(items=posts, total=total, params=page)

    async def update_post(self, post_id: int, data: PostUpdate) -> Post:
        post = await self.get_post(post_id)
        async with self._work():
            for field in data.model_fields_set:
                setattr(post, field, getattr(data, field))
            await self.db.flush()
        return post

    async def delete_post(self, post_id: int) -> None:
        post = await self.get_post(post_id)
        async with self._work():
            await self.db.delete(post)
