# dependencies.py
from app.repositories import PostRepository
from app.services import PostService
from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession


async def get_db() -> AsyncSession:
    async with async_session_maker() as session:
        yield session


async def get_post_service(
    db: AsyncSession = Depends(get_db)
) -> PostService:
    return PostService(PostRepository(db))
