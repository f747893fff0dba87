"""What routes say of their errors, each as a whole: nothing refers to anything."""

from typing import Any

DESCRIPTION = "A service for posts: write them, publish them, read them, preview their links."
TAGS = [
    {"name": "auth", "description": "Tokens"},
    {"name": "posts", "description": "Posts"},
    {"name": "previews", "description": "Links of posts"},
    {"name": "users", "description": "People"},
]
TEXT = {"type": "string"}
MEMBERS: dict[str, Any] = {
    "type": {"const": "about:blank"},
    "title": TEXT,
    "status": {"type": "integer"},
    "detail": TEXT,
    "request_id": TEXT,
    "code": TEXT,
}
PLACE = {"type": "array", "items": {"anyOf": [TEXT, {"type": "integer"}]}}
ERRORS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"loc": PLACE, "msg": TEXT},
        "required": ["loc", "msg"],
        "additionalProperties": False,
    },
}
CREATED: dict[int | str, dict[str, Any]] = {
    201: {"headers": {"Location": {"required": True, "schema": TEXT}}}
}


def problem(status: int, description: str) -> dict[str, Any]:
    """A response of that status. Old clients look under application/json."""
    members = {**MEMBERS, "status": {"const": status}}
    if status == 422:
        members["errors"] = ERRORS
    schema = {"type": "object", "properties": members, "required": ["title", "status", "detail"]}
    shown = {"title": "Oh", "status": status, "detail": description}
    content = {"schema": schema, "examples": {"usual": {"value": shown}}}
    told: dict[str, Any] = {
        "description": description,
        "content": {"application/problem+json": content, "application/json": content},
    }
    if status == 401:
        told["headers"] = {"WWW-Authenticate": {"schema": TEXT}}
    return told


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: problem(status, f"It ends in {status}.") for status in (*statuses, 422)}
