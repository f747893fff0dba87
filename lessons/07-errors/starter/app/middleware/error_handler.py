"""Every error as one shape, problem details for HTTP APIs (RFC 9457)."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.exceptions import ConflictError, DomainError, NotFoundError
from app.middleware.request_id import request_id

logger = logging.getLogger(__name__)

STATUS: Mapping[type[DomainError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
}


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """An error's response. `more` are members beside those of the RFC."""
    raise NotImplementedError("TODO 07.2")


def install_error_handlers(app: FastAPI) -> None:
    """Answer every error that a route can raise. Unexpected ones are the middleware's."""
    raise NotImplementedError("TODO 07.2")


async def _domain(request: Request, error: Exception) -> JSONResponse:
    raise NotImplementedError("TODO 07.2")


async def _validation(_: Request, error: Exception) -> JSONResponse:
    raise NotImplementedError("TODO 07.2")


async def _http(_: Request, error: Exception) -> JSONResponse:
    raise NotImplementedError("TODO 07.2")


class UnexpectedErrorMiddleware:
    """Turns an unexpected exception into a 500 that tells the client nothing but the id.

    It stands inside the CORS middleware, so that a browser may read the response. A cancelled
    request is no error and passes through.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise NotImplementedError("TODO 07.3")
