"""Exception handlers alone, Exception's included; that one adds the CORS headers itself."""

import logging
from functools import singledispatch
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import HTTPException, RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException as StarletteHTTPException

from app.exceptions import ConflictError, DomainError, NotFoundError

log = logging.getLogger("posts.errors")


class Problem(BaseModel):
    type: str = "about:blank"
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[dict[str, object]] | None = None


@singledispatch
def status_of(error: Exception) -> int:
    return 500


@status_of.register
def _(error: DomainError) -> int:
    return 400


@status_of.register
def _(error: NotFoundError) -> int:
    return 404


@status_of.register
def _(error: ConflictError) -> int:
    return 409


def respond(request: Request, status: int, detail: str, **more) -> Response:
    found = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        request_id=request.state.request_id,
        **more,
    )
    text = found.model_dump_json(exclude_none=True)
    return Response(text, status, media_type="application/problem+json")


def setup(app: FastAPI, origins: list[str]) -> None:
    @app.exception_handler(DomainError)
    async def domain(request: Request, error: DomainError) -> Response:
        return respond(request, status_of(error), str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [
            {"loc": list(each["loc"]), "msg": each["msg"], "type": each["type"]}
            for each in jsonable_encoder(error.errors(), exclude={"input", "ctx"})
        ]
        return respond(request, 422, f"{len(errors)} fields are not valid.", errors=errors)

    @app.exception_handler(StarletteHTTPException)
    @app.exception_handler(HTTPException)
    async def http(request: Request, error: StarletteHTTPException) -> Response:
        response = respond(request, error.status_code, str(error.detail))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        log.error("request %s failed", request.state.request_id, exc_info=error)
        response = respond(request, 500, "An unexpected error. Give us the request id.")
        origin = request.headers.get("origin")
        if origin in origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
            response.headers["Access-Control-Expose-Headers"] = "X-Request-ID"
            response.headers["Vary"] = "Origin"
        return response
