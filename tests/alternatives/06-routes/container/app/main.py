"""The application: a wrapper for CORS, one router for the version."""

from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware

from app.config import get_settings
from app.container import Container
from app.routes import posts, users


def create_app(settings=None):
    settings = settings or get_settings()

    @asynccontextmanager
    async def lifespan(_):
        container = Container(settings)
        yield {"container": container}
        await container.stop()

    app = FastAPI(title="Posts", lifespan=lifespan)
    app.router.redirect_slashes = False
    if settings.environment == "production":
        app = FastAPI(
            title="Posts", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None
        )
    app.add_middleware(
        CORSMiddleware,
        allow_origins=tuple(settings.cors_origins),
        allow_methods=("GET", "HEAD", "POST", "PATCH", "DELETE"),
        allow_headers=("authorization", "content-type"),
        expose_headers=("Location",),
        max_age=60,
    )
    version = APIRouter(prefix="/api/v1")
    version.include_router(posts.router)
    version.include_router(users.router)
    app.include_router(version)
    return app


app = create_app()
