"""The application, put together piece by piece."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware

from app.config import Settings, get_settings
from app.dependencies import Store
from app.middleware.error_handler import UnexpectedErrorMiddleware, install_error_handlers
from app.middleware.request_id import RequestIdMiddleware
from app.routes import posts, users


def create_app(settings: Settings | None = None) -> FastAPI:
    """An application with a store of its own, open while it runs."""
    chosen = get_settings() if settings is None else settings

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        async with Store(chosen) as app.state.store:
            yield

    built = FastAPI(
        title="Posts",
        lifespan=running,
        redirect_slashes=False,
        openapi_url=None if chosen.environment == "production" else "/openapi.json",
    )
    _wrap(built, chosen)
    install_error_handlers(built)
    first_version = APIRouter(prefix="/api/v1")
    for each in (users.router, posts.router):
        first_version.include_router(each)
    built.include_router(first_version)
    return built


def _wrap(app: FastAPI, settings: Settings) -> None:
    app.add_middleware(UnexpectedErrorMiddleware)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.cors_origins),
        allow_credentials=True,
        allow_methods=["DELETE", "GET", "PATCH", "POST"],
        allow_headers=["Content-Type", "Authorization", "X-Request-ID"],
        expose_headers=["X-Request-ID", "Location"],
    )
    app.add_middleware(RequestIdMiddleware)


app = create_app()
