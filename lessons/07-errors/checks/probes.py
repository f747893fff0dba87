"""What goes wrong on purpose, inside the serving process and beside the learner's application."""

import asyncio
import contextlib
import inspect
import io
import logging
import re

recorded: list[str] = []
"""What has been logged since `record_logs`: the text of each record, and what is beside it."""


def record_logs(app):
    """Note whatever is logged from now on, at every level."""
    usual = vars(logging.makeLogRecord({})).keys() | {"message", "asctime"}

    class Recording(logging.Handler):
        def emit(self, record):
            try:
                text = self.format(record)
            except Exception:  # as every handler does: no log line may end a request
                return self.handleError(record)
            more = {name: value for name, value in vars(record).items() if name not in usual}
            return recorded.append(f"{text} {more}" if more else text)

    root, handler = logging.getLogger(), Recording()
    for logger in (root, *root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            if logger.level > logging.DEBUG:
                logger.setLevel(logging.DEBUG)
            if logger is root or not logger.propagate:
                logger.addHandler(handler)
    return True


def records_with(app, parts):
    """The records that hold one of these texts, around it."""
    found = ((each, each.find(part)) for each in recorded for part in parts)
    return [each[max(0, at - 60) : at + 60] for each, at in found if at >= 0]


def break_services(app, outer, inner):
    """Make every method of the services raise an exception that nobody expects, with a cause."""

    async def broken(*args, **kwargs):
        raise RuntimeError(outer) from KeyError(inner)

    return _replace_services(broken)


def miss_posts(app, message, base):
    """Make every method of the services raise an error of a new class of the domain's family."""
    from app import exceptions

    class NewError(getattr(exceptions, base)):
        """A kind of error that the application has never heard of."""

    async def missing(*args, **kwargs):
        raise NewError(message)

    return _replace_services(missing)


def _replace_services(replacement):
    from app.services import PostService, UserService

    for service in (PostService, UserService):
        for name, _ in inspect.getmembers(service, inspect.iscoroutinefunction):
            if not name.startswith("_"):
                setattr(service, name, replacement)
    return True


def delete_authors():
    """Let others delete every user just before the first post is stored, where no lock keeps them
    out."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.util.concurrency import await_only

    done = []

    @event.listens_for(Engine, "before_cursor_execute")
    def deleting(connection, cursor, statement, parameters, context, executemany):
        inserts = re.match(r"\s*INSERT\s+INTO\s+\W?(\w+\W+)?posts\b", statement, re.IGNORECASE)
        if inserts and not done:
            done.append(True)
            await_only(_delete_users())


async def _delete_users():
    from sqlalchemy.exc import DBAPIError

    from app.config import get_settings
    from app.database import create_engine

    engine = create_engine(get_settings())
    patience = "PRAGMA busy_timeout = 300"
    if engine.dialect.name != "sqlite":
        patience = "SET lock_timeout = '300ms'"
    with contextlib.suppress(DBAPIError):
        async with engine.begin() as connection:
            await connection.exec_driver_sql(patience)
            await connection.exec_driver_sql("DELETE FROM users")
    await engine.dispose()


async def fail_to_start(message):
    """Start an application whose lifespan raises: what the server gets, and what was sent."""
    from app.main import create_app

    @contextlib.asynccontextmanager
    async def failing(app):
        raise RuntimeError(message)
        yield

    app = create_app()
    app.router.lifespan_context = failing
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    return await _called(app, scope, "lifespan.startup")


async def fail_in_socket(message=None):
    """A WebSocket's handler that raises where there is a message, and else opens and closes: what
    the server gets, and what was sent."""
    from fastapi import WebSocket

    from app.main import create_app

    async def failing(socket: WebSocket):
        if message:
            raise RuntimeError(message)
        await socket.accept()
        await socket.close()

    app = create_app()
    app.add_api_websocket_route("/checker/socket", failing)
    scope = {
        **_scope({}, "GET", "/checker/socket"),
        "type": "websocket",
        "scheme": "ws",
        "subprotocols": [],
    }
    del scope["method"]
    return await _called(app, scope, "websocket.connect")


async def _called(app, scope, received):
    """Call the application, to which one message comes again and again: the types of those that it
    sends, and the exception that comes out."""

    async def receive():
        return {"type": received}

    async def send(message):
        sent.append(message["type"])

    sent, error = [], None
    try:
        await app(scope, receive, send)
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    return {"error": error, "sent": sent}


async def cancel_requests(asked, headers):
    """Cancel each request while its statement waits: how it ended, and what was sent.

    `asked` are `[method, path, body, the beginning of the statement]`, `headers` those of each.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.util.concurrency import await_only, in_greenlet

    from app.main import create_app

    waiting, pattern = asyncio.Event(), ""

    @event.listens_for(Engine, "before_cursor_execute")
    def wait(connection, cursor, statement, parameters, context, executemany):
        if pattern and in_greenlet() and re.match(pattern, statement.strip(), re.IGNORECASE):
            waiting.set()
            await_only(asyncio.Event().wait())

    app = create_app()
    answers = []
    async with app.router.lifespan_context(app) as state:
        for method, path, body, statement in asked:
            pattern = statement
            waiting.clear()
            answers.append(
                await _cancelled(app, _scope(state, method, path, headers), body, waiting)
            )
    return answers


async def _cancelled(app, scope, body, waiting):
    sent = []

    async def send(message):
        sent.append(message.get("status", message["type"]))

    request = asyncio.create_task(app(scope, _receiving(body), send))
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


async def fail_in_response(message, header, given, begun):
    """A route whose response has begun when it fails, after these parts of its body: what was sent,
    what came out, what was logged, and the response's header; `given` is the request's."""
    from fastapi.responses import StreamingResponse

    from app.main import create_app

    log = io.StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(log))

    async def parts():
        for part in begun:
            yield part.encode()
        raise RuntimeError(message)

    app = create_app()
    app.add_api_route("/checker/stream", lambda: StreamingResponse(parts()))
    async with app.router.lifespan_context(app) as state:
        scope = _scope(state, "GET", "/checker/stream", {header: given})
        seen = await _answered(app, scope, header)
    return {**seen, "logged": log.getvalue()}


async def fail_side_by_side(message):
    """Three requests that fail while others are under way, the first and the third in a response
    that has begun, the second before its own: what each sent, its media type, and what came out.

    The second comes when the first has begun, and fails when the third has.
    """
    from fastapi.responses import StreamingResponse

    from app.main import create_app

    app, tasks = create_app(), []
    reached, released = ([asyncio.Event() for _ in range(3)] for _ in range(2))

    def add_route(number):
        async def failing():
            reached[number].set()
            await released[number].wait()
            raise RuntimeError(message)

        async def parts():
            yield b"the beginning"
            await failing()

        async def begun():
            return StreamingResponse(parts())

        app.add_api_route(f"/checker/{number}", failing if number == 1 else begun)

    async def begin(number):
        scope = _scope(state, "GET", f"/checker/{number}")
        tasks.append(asyncio.create_task(_answered(app, scope, "Content-Type")))
        arrived = asyncio.create_task(reached[number].wait())
        await asyncio.wait({tasks[number], arrived}, return_when=asyncio.FIRST_COMPLETED)
        arrived.cancel()

    async def end(number):
        released[number].set()
        await tasks[number]

    for number in range(3):
        add_route(number)
    async with app.router.lifespan_context(app) as state:
        for step, number in ((begin, 0), (begin, 1), (end, 0), (begin, 2), (end, 1), (end, 2)):
            await step(number)
    return [task.result() for task in tasks]


async def _answered(app, scope, header):
    """One request without a body: the statuses and types of what is sent, that header of it, and
    the kind of exception that comes out."""
    from starlette.datastructures import Headers

    sent, found, error = [], None, None

    async def send(message):
        nonlocal found
        sent.append(message.get("status", message["type"]))
        if "status" in message:
            found = Headers(raw=message["headers"]).get(header)

    try:
        await app(scope, _receiving(b""), send)
    except Exception as raised:
        error = type(raised).__name__
    return {"error": error, "sent": sent, "header": found}


def _receiving(body):
    asked = False

    async def receive():
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        given = body if isinstance(body, bytes) else body.encode()
        return {"type": "http.request", "body": given, "more_body": False}

    return receive


def _scope(state, method, path, headers=None):
    more = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"workshop"), (b"content-type", b"application/json"), *more],
        "client": ("127.0.0.1", 1),
        "server": ("workshop", 80),
        "state": dict(state or {}),
    }
