from app.repositories import PostRepository
from app.schemas.post import PostResponse
from typing import List, Optional
from pydantic import BaseModel


class PostService:
    def __init__(self, repo: PostRepository) -> None:
        self.repo = repo

    async def get_posts(
        self,
        limit: int = 10,
        offset: int = 0
    ) -> List[PostResponse]:
        posts = await self.repo.find_all(limit, offset)
        return [PostResponse.from_orm(p) for p in posts]

    async def get_post(self, post_id: int) -> Optional[PostResponse]:
        post = await self.repo.find_by_id(post_id)
        return PostResponse.from_orm(post) if post else None
