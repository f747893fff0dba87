"""What whoever runs the service asks it. None of it is part of the API."""

from fastapi import APIRouter, HTTPException, Request

router = APIRouter(prefix="/health", include_in_schema=False)


@router.get("/live")
async def live() -> dict[str, str]:
    """The process answers: there is no reason to restart it."""
    return {"status": "live"}


@router.get("/ready")
async def ready(request: Request) -> dict[str, str]:
    """Requests may come: the database answers, and its schema is the one that is needed."""
    if not await request.app.state.health_service.is_ready():
        raise HTTPException(503, "The database is not ready.")
    return {"status": "ready"}
