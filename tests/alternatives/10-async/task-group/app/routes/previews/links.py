from typing import Annotated

from fastapi import APIRouter, Depends

from app.dependencies import PreviewServiceDep, get_content
from app.schemas.preview import PreviewsResponse

router = APIRouter(tags=["posts"])


@router.get("/posts/{post_id}/previews", response_model=PreviewsResponse)
async def previews(content: Annotated[str, Depends(get_content)], service: PreviewServiceDep):
    return {"items": await service.list_previews(content)}
