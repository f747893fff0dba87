"""The application."""

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic import ValidationError
from pydantic_settings import SettingsError

from app.config import Settings, get_settings
from app.database import create_engine, create_session_factory
from app.kafka.relay import relaying
from app.logs import set_level
from app.middleware.error_handler import UnexpectedErrorMiddleware, install_error_handlers
from app.middleware.request_id import HEADER, RequestIdMiddleware
from app.openapi import DESCRIPTION, TAGS, Api, operation_id, problems
from app.routes import auth, health, posts, previews, users
from app.services import HealthService, LinkFetcher, Mailer, ModerationHook

logger = logging.getLogger(__name__)

STARTUP_FAILURE = 3
"""With another status, uvicorn and gunicorn would start a worker again and again."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """A new application. Engine, clients and relay live as long as it runs."""
    settings = settings or get_settings()
    set_level(settings.log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = create_engine(settings)
        app.state.engine = engine
        app.state.session_factory = create_session_factory(engine)
        app.state.health_service = HealthService(engine)
        app.state.link_fetcher = LinkFetcher(settings)
        app.state.mailer = Mailer(settings)
        app.state.moderation_hook = ModerationHook(settings)
        async with relaying(settings, app.state.session_factory):
            yield
        await app.state.moderation_hook.aclose()
        await app.state.link_fetcher.aclose()
        await app.state.health_service.aclose()
        await engine.dispose()

    public = settings.environment != "production"
    app = Api(
        title="Posts",
        version="1.0.0",
        summary="A service for posts.",
        description=DESCRIPTION,
        openapi_tags=TAGS,
        generate_unique_id_function=operation_id,
        responses=problems(422),
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
        expose_headers=["Location", HEADER],
    )
    app.add_middleware(RequestIdMiddleware)
    install_error_handlers(app)
    app.include_router(health.router)
    app.include_router(auth.router, prefix="/api/v1")
    app.include_router(posts.router, prefix="/api/v1")
    app.include_router(previews.router, prefix="/api/v1")
    app.include_router(users.router, prefix="/api/v1")
    return app


def create_app_or_exit() -> FastAPI:
    """The application of this process, which ends with one line where a setting is wrong."""
    try:
        return create_app()
    except ValidationError as error:
        wrong = (
            " ".join([*(str(part).upper() for part in each["loc"]), each["msg"]])
            for each in error.errors(include_input=False)
        )
        logger.critical("The service does not start: %s", "; ".join(wrong))
        sys.exit(STARTUP_FAILURE)
    except SettingsError as error:  # what should be JSON is none; it names the setting alone
        logger.critical("The service does not start: %s", error)
        sys.exit(STARTUP_FAILURE)


app = create_app_or_exit()
