# repositories/post_repository.py
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from models.post import Post
from schemas.post import PostCreate


class PostRepository:
    def __init__(self, db: AsyncSession):
        self.db = db

    async def create(self, data: PostCreate):
        post = Post(**data.model_dump())
        self.db.add(post)
        await self.db.commit()
        await self.db.refresh(post)
        return post
