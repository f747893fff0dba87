"""FastAPI's description, with errors moved to the media type that they have."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.schemas.problem import Problem

DESCRIPTION = "Posts, their authors, and where their links lead. Everybody may read."
TAGS = [
    {"name": name, "description": f"All about {name}."}
    for name in ("auth", "posts", "previews", "users")
]
HEADER = {"schema": {"type": "string"}}
CREATED: dict[int | str, dict[str, Any]] = {201: {"headers": {"location": HEADER}}}


def operation_id(route: APIRoute) -> str:
    """camelCase, for clients in TypeScript."""
    first, *rest = route.name.split("_")
    return first + "".join(part.title() for part in rest)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    found: dict[int | str, dict[str, Any]] = {status: {"model": Problem} for status in statuses}
    if 401 in found:
        found[401]["headers"] = {"www-authenticate": HEADER}
    if 422 in found:
        found["default"] = {"model": Problem, "description": "Whatever else goes wrong."}
    return found


def describe(app: FastAPI) -> None:
    original = app.openapi

    def openapi() -> dict[str, Any]:
        made = app.openapi_schema is not None
        document = original()
        if made:
            return document
        document["security"] = [{"OAuth2PasswordBearer": []}]  # but where an operation says other
        for path in document["paths"].values():
            for operation in path.values():
                if operation.setdefault("security", []) == document["security"]:
                    del operation["security"]
                for status, response in operation["responses"].items():
                    if status[0] in "45d" and "application/json" in response.get("content", {}):
                        content = response["content"]
                        content["application/problem+json"] = content.pop("application/json")
        return document

    app.openapi = openapi  # type: ignore[method-assign]
