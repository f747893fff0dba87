"""What the API's description says beside what its routes say of themselves."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.schemas.problem import Problem, ValidationProblem

DESCRIPTION = """Write posts, publish them, comment on them, and see where their links lead.

Everybody may read. Whoever writes signs in first, and sends the token with each request:
`Authorization: Bearer …`.

What goes wrong is answered as a problem (RFC 9457), with an id that finds it in our log.
"""

TAGS = [
    {"name": "auth", "description": "Signing in."},
    {"name": "posts", "description": "Writing, reading and publishing posts."},
    {"name": "comments", "description": "What readers say about posts."},
    {"name": "previews", "description": "Where the links in a post lead."},
    {"name": "users", "description": "Registering, and one's own account."},
]

REF = "#/components/schemas/{model}"

CHALLENGE = {"description": "How to sign in.", "schema": {"type": "string"}}
LOCATION = {
    "description": "The address of what was created.",
    "schema": {"type": "string", "format": "uri-reference"},
}

CREATED: dict[int | str, dict[str, Any]] = {201: {"headers": {"Location": LOCATION}}}
"""What is told of a 201 beside its body."""

REASONS = {
    400: "The body is in no form that can be read.",
    401: "Nobody is signed in: the token is missing, or proves nothing.",
    403: "Somebody else is signed in.",
    404: "There is no such thing, or no longer.",
    409: "It cannot be done beside what is there already.",
    422: "The request is not as it is documented here.",
}


def operation_id(route: APIRoute) -> str:
    """What generated clients call an operation: the route's name, wherever the route is."""
    return route.name


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Those errors, for a route's `responses`. `Api` has their schemas."""
    return {status: _problem(HTTPStatus(status)) for status in statuses}


def _problem(status: HTTPStatus) -> dict[str, Any]:
    model = ValidationProblem if status == HTTPStatus.UNPROCESSABLE_ENTITY else Problem
    schema = {"$ref": REF.format(model=model.__name__)}
    told: dict[str, Any] = {
        "description": REASONS[status],
        "content": {"application/problem+json": {"schema": schema}},
    }
    if status == HTTPStatus.UNAUTHORIZED:
        told["headers"] = {"WWW-Authenticate": CHALLENGE}
    return told


class Api(FastAPI):
    """An application whose description holds the schemas of problems: no route returns one."""

    def openapi(self) -> dict[str, Any]:
        """The description, made at the first call, when all routes are there."""
        document = super().openapi()
        schemas = document["components"]["schemas"]
        schema = ValidationProblem.model_json_schema(ref_template=REF)
        schemas.update(schema.pop("$defs"))
        schemas[ValidationProblem.__name__] = schema
        schemas[Problem.__name__] = Problem.model_json_schema(ref_template=REF)
        return document
