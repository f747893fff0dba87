"""The same responses from one function, with other words in them."""

import json
import logging
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.exceptions import ConflictError, DomainError, NotFoundError
from app.middleware.request_id import request_id

log = logging.getLogger("app.errors")


def respond(status: int, detail: object, headers: dict[str, str] | None = None) -> Response:
    body = {
        "type": f"https://posts.example.com/problems/{status}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "request_id": request_id.get(),
    }
    body |= (
        {"detail": detail} if isinstance(detail, str) else {"detail": "Invalid", "errors": detail}
    )
    return Response(json.dumps(body), status, headers, "application/problem+json")


async def _any(request: Request, error: Exception) -> Response:
    if isinstance(error, NotFoundError):
        return respond(404, str(error))
    if isinstance(error, ConflictError):
        log.warning("conflict %s %r", request_id.get(), error.__cause__)
        return respond(409, str(error))
    if isinstance(error, RequestValidationError):
        places = [{"loc": each["loc"], "msg": each["msg"]} for each in error.errors()]
        return respond(422, places)
    if isinstance(error, HTTPException):
        return respond(error.status_code, str(error.detail), dict(error.headers or {}))
    return respond(400, str(error))


def install_error_handlers(app: FastAPI) -> None:
    for kind in (DomainError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _any)


class UnexpectedErrorMiddleware:
    """Answers 500 for what nobody expected."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        sent = []

        async def watching(message):
            sent.append(message["type"])
            await send(message)

        try:
            await self.app(scope, receive, watching)
        except Exception:
            log.exception("%s: nobody expected this", request_id.get())
            if "http.response.start" in sent:
                raise
            await respond(500, "An error that we did not expect.")(scope, receive, send)
