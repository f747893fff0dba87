"""The same promise of an id for each request, with new ones of another form."""

import string
from contextvars import ContextVar
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders

HEADER = "X-Request-ID"
ALLOWED = frozenset(string.ascii_letters + string.digits + "._-")

request_id: ContextVar[str] = ContextVar("request_id", default="-")


def chosen(given: str) -> str:
    """The client's id, or `req-` and a UUID with its dashes."""
    if 8 <= len(given) <= 64 and ALLOWED.issuperset(given):
        return given
    return f"req-{uuid4()}"


class RequestIdMiddleware:
    """One id for a request, its response and what is logged meanwhile."""

    def __init__(self, app) -> None:
        self.inner = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return await self.inner(scope, receive, send)
        mine = chosen(Headers(scope=scope).get(HEADER, ""))
        before = request_id.set(mine)

        async def marked(message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = mine
            await send(message)

        try:
            await self.inner(scope, receive, marked)
        finally:
            request_id.reset(before)
