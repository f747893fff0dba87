# services/post_service.py
from sqlalchemy.ext.asyncio import AsyncSession
from repositories.post_repository import PostRepository
from schemas.post import PostCreate


class PostService:
    def __init__(self, db: AsyncSession):
        self.repo = PostRepository(db)

    async def create_post(self, data: PostCreate):
        # Business logic here
        if await self.repo.exists_by_title(data.title):
            raise ValueError("Post with this title already exists")
        return await self.repo.create(data)
