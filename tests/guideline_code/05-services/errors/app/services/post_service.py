from app.exceptions import NotFoundError
from app.repositories import PostRepository
from app.schemas.post import PostResponse


class PostService:
    def __init__(self, repo: PostRepository) -> None:
        self.repo = repo

    # services/post_service.py
    async def get_post(self, post_id: int) -> PostResponse:
        post = await self.repo.find_by_id(post_id)
        if not post:
            raise NotFoundError(f"Post {post_id} not found")
        return PostResponse.from_orm(post)
