# routes/posts.py (FastAPI example)
from fastapi import APIRouter, Depends
from services.post_service import PostService
from schemas.post import PostCreate, PostResponse

router = APIRouter(prefix="/posts", tags=["posts"])


@router.post("/", response_model=PostResponse, status_code=201)
async def create_post(
    post_data: PostCreate,
    service: PostService = Depends()
):
    """Create a new post."""
    return await service.create_post(post_data)
