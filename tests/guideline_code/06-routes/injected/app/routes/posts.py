from app.dependencies import get_post_service
from app.services import PostService
from fastapi import APIRouter, Depends

router = APIRouter(prefix="/posts", tags=["posts"])


# routes/posts.py
@router.get("/{post_id}")
async def get_post(
    post_id: int,
    service: PostService = Depends(get_post_service)
):
    return await service.get_post(post_id)
