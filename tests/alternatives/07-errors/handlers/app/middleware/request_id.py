"""The id lives in the request's state, set by a middleware around everything."""

import secrets
import string
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

HEADER = "x-request-id"
ALLOWED = set(string.ascii_letters + string.digits + "._-")

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def with_request_id(app: Any) -> Any:
    async def wrapped(scope: Scope, receive: Any, send: Send) -> None:
        if scope["type"] == "http":
            given = [v.decode("latin-1") for k, v in scope["headers"] if k == HEADER.encode()]
            kept = given[0] if len(given) == 1 and sane(given[0]) else secrets.token_hex(12)
            scope.setdefault("state", {})["request_id"] = kept
        await app(scope, receive, send)

    return wrapped


def sane(text: str) -> bool:
    return 8 <= len(text) <= 64 and set(text) <= ALLOWED


def marked(app: Any) -> Any:
    """Puts the id on every response that passes through."""

    async def wrapped(scope: Scope, receive: Any, send: Send) -> None:
        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                id_ = scope["state"]["request_id"].encode()
                rest = [(k, v) for k, v in message.get("headers", []) if k != HEADER.encode()]
                message = {**message, "headers": [*rest, (HEADER.encode(), id_)]}
            await send(message)

        await app(scope, receive, sending if scope["type"] == "http" else send)

    return wrapped
