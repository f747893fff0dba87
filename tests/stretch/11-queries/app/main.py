"""The application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from app.config import Settings, get_settings
from app.database import create_engine, create_session_factory
from app.middleware.error_handler import UnexpectedErrorMiddleware, install_error_handlers
from app.middleware.request_id import HEADER, RequestIdMiddleware
from app.routes import auth, posts, previews, users
from app.services import LinkFetcher


def create_app(settings: Settings | None = None) -> FastAPI:
    """A new application. The engine and the link fetcher live as long as the application runs."""
    settings = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = create_engine(settings)
        app.state.engine = engine
        app.state.session_factory = create_session_factory(engine)
        app.state.link_fetcher = LinkFetcher(settings)
        yield
        await app.state.link_fetcher.aclose()
        await engine.dispose()

    public = settings.environment != "production"
    app = FastAPI(
        title="Posts",
        version="1.0.0",
        lifespan=lifespan,
        redirect_slashes=False,
        openapi_url="/openapi.json" if public else None,
    )
    app.state.settings = settings
    app.add_middleware(UnexpectedErrorMiddleware)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", HEADER],
        expose_headers=["Link", "Location", HEADER],
    )
    app.add_middleware(RequestIdMiddleware)
    install_error_handlers(app)
    app.include_router(auth.router, prefix="/api/v1")
    app.include_router(posts.router, prefix="/api/v1")
    app.include_router(previews.router, prefix="/api/v1")
    app.include_router(users.router, prefix="/api/v1")
    return app


app = create_app()
