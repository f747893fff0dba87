"""The application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, status
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

from app.config import Settings, get_settings
from app.database import create_engine, create_session_factory
from app.exceptions import ConflictError, DomainError, NotFoundError
from app.routes import posts, users

STATUS = {
    NotFoundError: status.HTTP_404_NOT_FOUND,
    ConflictError: status.HTTP_409_CONFLICT,
}


def create_app(settings: Settings | None = None) -> FastAPI:
    """A new application. The engine lives as long as the application runs."""
    settings = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = create_engine(settings)
        app.state.engine = engine
        app.state.session_factory = create_session_factory(engine)
        yield
        await engine.dispose()

    public = settings.environment != "production"
    app = FastAPI(
        title="Posts",
        version="1.0.0",
        lifespan=lifespan,
        redirect_slashes=False,
        openapi_url="/openapi.json" if public else None,
    )
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["Location"],
    )
    app.add_exception_handler(DomainError, answer_domain_error)
    app.include_router(posts.router, prefix="/api/v1")
    app.include_router(users.router, prefix="/api/v1")
    return app


async def answer_domain_error(_: Request, error: Exception) -> JSONResponse:
    """The status that fits the error's class, and its message."""
    code = STATUS.get(type(error), status.HTTP_400_BAD_REQUEST)
    return JSONResponse({"detail": str(error)}, status_code=code)


app = create_app()
