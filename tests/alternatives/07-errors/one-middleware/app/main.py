"""The application; its handlers are given to its constructor."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware

from app.config import Settings, get_settings
from app.database import create_engine, create_session_factory
from app.middleware.error_handler import HANDLERS, around, marked
from app.routes import posts, users


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = create_engine(settings)
        app.state.session_factory = create_session_factory(engine)
        try:
            yield
        finally:
            await engine.dispose()

    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["authorization", "content-type", "x-request-id"],
        expose_headers=["Location", "X-Request-ID"],
    )
    app = FastAPI(
        title="Posts",
        lifespan=lifespan,
        redirect_slashes=False,
        openapi_url=None if settings.environment == "production" else "/openapi.json",
        middleware=[
            Middleware(BaseHTTPMiddleware, dispatch=marked),
            cors,
            Middleware(around),
        ],
        exception_handlers=HANDLERS,
    )
    api = APIRouter(prefix="/api/v1")
    for module in (posts, users):
        api.include_router(module.router)
    app.include_router(api)
    return app


app = create_app()
