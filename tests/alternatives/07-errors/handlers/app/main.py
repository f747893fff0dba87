"""The application, whose middleware stack is wrapped as a whole."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from app.config import Settings, get_settings
from app.database import create_engine, create_session_factory
from app.middleware import error_handler
from app.middleware.request_id import marked, with_request_id
from app.routes import posts, users


class Service(FastAPI):
    """Its outermost layer gives the id, even to what the framework answers by itself."""

    def build_middleware_stack(self) -> ASGIApp:
        return with_request_id(marked(super().build_middleware_stack()))


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.engine = create_engine(settings)
        app.state.session_factory = create_session_factory(app.state.engine)
        yield
        await app.state.engine.dispose()

    shown = "/openapi.json" if settings.environment != "production" else None
    app = Service(title="Posts", lifespan=lifespan, redirect_slashes=False, openapi_url=shown)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
        expose_headers=["Location", "X-Request-ID"],
    )
    error_handler.setup(app, settings.cors_origins)
    app.include_router(posts.router, prefix="/api/v1")
    app.include_router(users.router, prefix="/api/v1")
    return app


app = create_app()
