"""Every error as one shape, problem details for HTTP APIs (RFC 9457)."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import TimeoutError as NoConnection
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
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": request_id.get(),
        **more,
    }
    return JSONResponse(content, status, headers=headers, media_type="application/problem+json")


def install_error_handlers(app: FastAPI) -> None:
    """Answer every error that a route can raise. Unexpected ones are the middleware's."""
    app.add_exception_handler(DomainError, _domain)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(NoConnection, _busy)


async def _domain(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)
    if error.__cause__ is not None:
        cause = f"{error.message} Cause: {error.__cause__!r}"
        logger.warning("%s %s: %s [%s]", request.method, request.url.path, cause, request_id.get())
    status = next(
        (STATUS[cls] for cls in type(error).__mro__ if cls in STATUS), HTTPStatus.BAD_REQUEST
    )
    return problem(status, error.message, code=error.code)


async def _validation(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [{"loc": each["loc"], "msg": each["msg"]} for each in error.errors()]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not valid.", errors=errors)


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, error.detail, headers=error.headers)


async def _busy(request: Request, error: Exception) -> JSONResponse:
    """Every connection of the pool is in use: it passes, unlike what is broken."""
    logger.warning("%s %s: %s [%s]", request.method, request.url.path, error, request_id.get())
    detail = "The service is busy. Ask again in a moment."
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "5"})


class UnexpectedErrorMiddleware:
    """Turns an unexpected exception into a 500 that tells the client nothing but the id.

    It stands inside the CORS middleware, so that a browser may read the response. A cancelled
    request is no error and passes through.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except Exception:
            logger.exception(
                "%s %s failed unexpectedly [%s]", scope["method"], scope["path"], request_id.get()
            )
            if started:
                raise
            response = problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here.")
            await response(scope, receive, send)
