"""Previews of the links in a post."""

from fastapi import APIRouter

from app.dependencies import IdPath, PreviewServiceDep
from app.openapi import problems
from app.schemas.preview import PreviewsResponse

router = APIRouter(prefix="/posts", tags=["previews"])


@router.get(
    "/{post_id}/previews",
    operation_id="previews-list",
    summary="Preview links",
    responses=problems(404),
)
async def list_previews(post_id: IdPath, service: PreviewServiceDep) -> PreviewsResponse:
    """Show where the links in a post lead."""
    return PreviewsResponse(items=await service.list_previews(post_id))
