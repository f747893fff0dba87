"""The application: its lifespan hands its state to requests, prefixes stand here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from app.config import Settings, get_settings
from app.database import create_engine, create_session_factory
from app.exceptions import ConflictError, DomainError, NotFoundError
from app.routes import posts, users


def create_app(settings: Settings | None = None) -> FastAPI:
    given = settings if settings is not None else get_settings()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        engine = create_engine(given)
        try:
            yield {"sessions": create_session_factory(engine)}
        finally:
            await engine.dispose()

    cors = Middleware(
        CORSMiddleware,
        allow_origins=given.cors_origins,
        allow_methods=["GET", "POST", "PATCH", "DELETE", "OPTIONS"],
        allow_headers=["authorization", "content-type"],
        expose_headers=["location"],
    )
    hidden = {"openapi_url": None} if given.environment == "production" else {}
    app = FastAPI(
        title="Posts", lifespan=lifespan, redirect_slashes=False, middleware=[cors], **hidden
    )
    for prefix, module in (("posts", posts), ("users", users)):
        app.include_router(module.build(), prefix=f"/api/v1/{prefix}", tags=[prefix])

    @app.exception_handler(DomainError)
    async def answer(_: Request, error: DomainError) -> JSONResponse:
        match error:
            case NotFoundError():
                status = 404
            case ConflictError():
                status = 409
            case _:
                status = 400
        return JSONResponse({"detail": error.message}, status)

    return app


app = create_app()
