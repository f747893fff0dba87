"""Two functions around every request: the id, and what nobody else has answered."""

import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.exceptions import ConflictError, DomainError, NotFoundError

logger = logging.getLogger("app")


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"

    def __init__(self, request: Request, status: int, detail: str, headers=None, **more) -> None:
        super().__init__(
            {
                "type": f"https://posts.example.com/problems/{status}",
                "title": HTTPStatus(status).phrase,
                "status": status,
                "detail": detail,
                "instance": request.url.path,
                "request_id": request_id(request),
                **more,
            },
            status,
            headers,
        )


def request_id(request: Request) -> str:
    """The id of the request, made when it is first asked for."""
    if not hasattr(request.state, "id"):
        given = request.headers.get("x-request-id", "")
        kept = re.fullmatch(r"[\w.-]{8,64}", given, re.ASCII)
        request.state.id = given if kept else str(uuid.uuid4())
    return request.state.id


RequestId = Annotated[str, Depends(request_id)]


def around(app):
    """The application, and what nobody else has answered."""

    async def guarded(scope, receive, send):
        if scope["type"] != "http":
            return await app(scope, receive, send)
        begun = []

        async def noting(message):
            begun.append(message["type"])
            await send(message)

        try:
            await app(scope, receive, noting)
        except Exception:
            request = Request(scope)
            logger.critical("unexpected, request_id=%s", request_id(request), exc_info=True)
            if begun:
                raise
            await ProblemResponse(request, 500, "Sorry.")(scope, receive, send)

    return guarded


async def marked(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers["X-Request-ID"] = request_id(request)
    return response


async def not_found(request: Request, error: NotFoundError) -> Response:
    return ProblemResponse(request, 404, error.message)


async def conflict(request: Request, error: ConflictError) -> Response:
    logger.info("conflict, request_id=%s", request_id(request), exc_info=error)
    return ProblemResponse(request, 409, error.message)


async def refused(request: Request, error: DomainError) -> Response:
    return ProblemResponse(request, 400, error.message)


async def invalid(request: Request, error: RequestValidationError) -> Response:
    errors = [dict(loc=e["loc"], msg=e["msg"]) for e in error.errors()]
    return ProblemResponse(request, 422, "Not valid.", errors=errors)


async def from_framework(request: Request, error: HTTPException) -> Response:
    return ProblemResponse(request, error.status_code, error.detail, error.headers)


HANDLERS = {
    NotFoundError: not_found,
    ConflictError: conflict,
    DomainError: refused,
    RequestValidationError: invalid,
    HTTPException: from_framework,
}
