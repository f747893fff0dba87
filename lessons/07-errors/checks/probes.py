"""What goes wrong on purpose, inside the serving process and beside the learner's application."""

import asyncio
import contextlib
import inspect


def break_posts(app, outer, inner):
    """Make every method of PostService raise an exception that nobody expects, with a cause."""

    async def broken(*args, **kwargs):
        raise RuntimeError(outer) from KeyError(inner)

    return _replace_posts(broken)


def miss_posts(app, message):
    """Make every method of PostService raise an error of a new class of the domain's family."""
    from app.exceptions import NotFoundError

    class DraftNotFoundError(NotFoundError):
        """A kind of NotFoundError that the application has never heard of."""

    async def missing(*args, **kwargs):
        raise DraftNotFoundError(message)

    return _replace_posts(missing)


def _replace_posts(replacement):
    from app.services import PostService

    for name, _ in inspect.getmembers(PostService, inspect.iscoroutinefunction):
        if not name.startswith("_"):
            setattr(PostService, name, replacement)
    return True


async def fail_to_start(message):
    """Start an application whose lifespan raises: what the server gets, and what was sent."""
    from app.main import create_app

    @contextlib.asynccontextmanager
    async def failing(app):
        raise RuntimeError(message)
        yield

    async def receive():
        return {"type": "lifespan.startup"}

    async def send(message):
        sent.append(message["type"])

    sent, error = [], None
    app = create_app()
    app.router.lifespan_context = failing
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    try:
        await app(scope, receive, send)
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    return {"error": error, "sent": sent}


async def cancel_a_request():
    """Cancel a request that waits in a service: how it ended, and what was sent."""
    from app.main import create_app

    waiting, sent = asyncio.Event(), []

    async def wait(*args, **kwargs):
        waiting.set()
        await asyncio.Event().wait()

    asked = False

    async def receive():
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message.get("status", message["type"]))

    _replace_posts(wait)
    app = create_app()
    async with app.router.lifespan_context(app) as state:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/api/v1/posts",
            "raw_path": b"/api/v1/posts",
            "root_path": "",
            "query_string": b"",
            "headers": [(b"host", b"workshop")],
            "client": ("127.0.0.1", 1),
            "server": ("workshop", 80),
            "state": dict(state or {}),
        }
        request = asyncio.create_task(app(scope, receive, send))
        reached = asyncio.create_task(waiting.wait())
        await asyncio.wait({request, reached}, return_when=asyncio.FIRST_COMPLETED)
        begun = waiting.is_set()
        request.cancel()
        reached.cancel()
        await asyncio.wait({request})
        error = None if request.cancelled() else request.exception()
        return {
            "begun": begun,
            "cancelled": request.cancelled(),
            "error": type(error).__name__ if error else None,
            "sent": sent,
        }
