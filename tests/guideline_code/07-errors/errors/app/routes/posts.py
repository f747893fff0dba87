from app.exceptions import NotFoundError, ValidationError
from app.services import PostService
from fastapi import APIRouter, Depends

# routes/posts.py (FastAPI)
from fastapi import HTTPException

router = APIRouter(prefix="/posts", tags=["posts"])


@router.get("/{post_id}")
async def get_post(post_id: int, service: PostService = Depends()):
    try:
        return await service.get_post(post_id)
    except NotFoundError as e:
        raise HTTPException(status_code=404, detail=str(e))
    except ValidationError as e:
        raise HTTPException(status_code=422, detail=str(e))
