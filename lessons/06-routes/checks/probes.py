"""What runs beside the learner's application, and inside the process that serves it."""

import asyncio
import gc
import inspect
from contextlib import AsyncExitStack, asynccontextmanager
from functools import wraps

sessions: dict[int, bool] = {}
"""Each session by a running number: whether it has been closed."""
refusing = ""
"""Which error of SQLAlchemy's a commit is refused with."""
connections = {"opened": 0, "closed": 0}
called: list[str] = []
SOON = 0.5
"""Seconds that SQLite waits for a lock; its own are 5."""


# What the judge has done before the application is imported.


def count_sessions():
    """Note each session that is made, and whether it is closed."""
    from sqlalchemy.orm import Session

    made, closed = Session.__init__, Session.close

    @wraps(made)
    def noting_init(self, *args, **kwargs):
        self._checker_number = len(sessions)
        sessions[self._checker_number] = False
        made(self, *args, **kwargs)

    @wraps(closed)
    def noting_close(self):
        sessions[self._checker_number] = True
        closed(self)

    Session.__init__ = noting_init
    Session.close = noting_close


def watch_commits():
    """Make every commit to any database fail from `refuse_commits` on. Requests come one by one,
    so that who waits for a lock waits for a session that nobody has closed, and does so briefly."""
    from sqlalchemy import event, exc
    from sqlalchemy.engine import Engine

    class CheckViolation(Exception):
        """As both drivers tell of a constraint that is no key."""

        sqlite_errorcode, sqlite_errorname = 275, "SQLITE_CONSTRAINT_CHECK"
        sqlstate = pgcode = "23514"

    causes = {
        "OperationalError": Exception("disk I/O error"),
        "IntegrityError": CheckViolation("CHECK constraint failed: balanced"),
    }

    @event.listens_for(Engine, "do_connect")
    def give_up_soon(dialect, _record, _arguments, options):
        if dialect.name == "sqlite":
            options["timeout"] = min(options.get("timeout", SOON), SOON)

    @event.listens_for(Engine, "commit")
    def refuse(_connection):
        if refusing:
            raise getattr(exc, refusing)("COMMIT", {}, causes[refusing])


def delay_inserts():
    """Let an INSERT take a while to arrive, as it may over a network.

    Whoever asks before storing then has an answer that no longer holds.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.util.concurrency import await_only, in_greenlet

    @event.listens_for(Engine, "before_cursor_execute")
    def arrive(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith("INSERT") and in_greenlet():
            await_only(asyncio.sleep(0.05))


# What is asked inside the serving process.


async def refuse_commits(app, error):
    """From now on, once the requests before have ended: some commit after their response."""
    global refusing  # noqa: PLW0603 - one switch for one process
    await left_open(app)
    refusing = error
    return True


async def left_open(app):
    """Sessions never closed and connections checked out, once the requests have ended."""
    from sqlalchemy.ext.asyncio import AsyncEngine

    engines = [found for found in gc.get_objects() if issubclass(type(found), AsyncEngine)]
    seen = {}
    for _ in range(200):  # a dependency may end just after its response
        seen = {
            "sessions": len(sessions),
            "unclosed": sum(not closed for closed in sessions.values()),
            "connections": sum(
                engine.pool.checkedout() for engine in engines if hasattr(engine.pool, "checkedout")
            ),
        }
        if not seen["unclosed"] and not seen["connections"]:
            break
        await asyncio.sleep(0.01)
    return seen


def replace_get_db(app):
    """Give every route that asks for a session the status 418 in its place."""
    from fastapi import HTTPException

    from app.dependencies import get_db

    def teapot():
        raise HTTPException(418)

    app.dependency_overrides[get_db] = teapot
    return True


def watch_services(app):
    """Note each call of a public method of the two services."""
    from app.services import PostService, UserService

    for service in (PostService, UserService):
        for name, method in inspect.getmembers(service, inspect.iscoroutinefunction):
            if not name.startswith("_"):
                setattr(service, name, _noting(f"{service.__name__}.{name}", method))
    return True


def _noting(name, method):
    @wraps(method)
    async def noting(*args, **kwargs):
        called.append(name)
        return await method(*args, **kwargs)

    return noting


def calls(app):
    """The services' methods called since the last time that this was asked."""
    found = list(called)
    called.clear()
    return found


# What is asked beside the application.


def import_graph():
    """Every import of one module of `app` by another, and of a library's package."""
    import grimp

    graph = grimp.build_graph("app", include_external_packages=True, cache_dir=None)
    return [
        {"importer": importer, "imported": imported, **_place(graph, importer, imported)}
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
    ]


def _place(graph, importer, imported):
    details = graph.get_import_details(importer=importer, imported=imported)
    return {"line": details[0]["line_number"] if details else None}


async def two_apps(folder, emails):
    """Two applications at once, each with a database file that holds one user, the second made for
    production: who is listed by each, and the status of its schema."""
    from sqlalchemy import create_engine, insert

    from app.config import Settings
    from app.main import create_app
    from app.models import Base, User

    def made(number, email):
        file = f"{folder}/app-{number}.db"
        engine = create_engine(f"sqlite:///{file}")
        Base.metadata.create_all(engine)
        with engine.begin() as connection:
            row = {"email": email, "name": "Ada", "hashed_password": "none"}
            connection.execute(insert(User), row)
        engine.dispose()
        given = {"database_url": f"sqlite+aiosqlite:///{file}"}
        if number == 1:
            secret = "of this check alone, and long enough"
            given |= {"environment": "production", "secret_key": secret}
        return create_app(Settings(**given))

    seen = []
    async with AsyncExitStack() as stack:
        apps = [made(number, email) for number, email in enumerate(emails)]
        clients = [await stack.enter_async_context(_running(app)) for app in apps]
        for client in clients:
            response = await client.get("/api/v1/users")
            users = [f"nothing, and answers {response.status_code}"]
            if response.status_code == 200:
                users = [user["email"] for user in response.json()["items"]]
            schema = await client.get("/openapi.json")
            seen.append({"users": users, "schema": schema.status_code})
    return seen


async def given_session():
    """What a route that asks for `get_db` is given: its class, and the users whom it finds."""
    from typing import Annotated

    from fastapi import Depends
    from sqlalchemy import text

    from app.dependencies import get_db
    from app.main import create_app

    app, given = create_app(), []

    @app.get("/checker-session")
    async def look(session: Annotated[object, Depends(get_db)]):
        given.append({"kind": type(session).__name__, "users": None})
        if hasattr(session, "execute"):
            found = await session.execute(text("SELECT email FROM users"))
            given[0]["users"] = [email for (email,) in found]

    async with _running(app, hide=False) as client:
        response = await client.get("/checker-session")
    return {"status": response.status_code, "given": given}


async def allowed_origins(origin, given):
    """What a page of `origin` is allowed by an application of each of the given origins."""
    from app.config import Settings
    from app.main import create_app

    found = []
    for origins in given:
        async with _running(create_app(Settings(cors_origins=origins))) as client:
            response = await client.get("/api/v1/users", headers={"Origin": origin})
            found.append(response.headers.get("access-control-allow-origin"))
    return found


def beside_routers():
    """The paths of the application's own routes, which stand in no router."""
    from fastapi.routing import APIRoute

    from app.main import app

    return sorted(route.path for route in app.router.routes if isinstance(route, APIRoute))


async def after_shutdown():
    """How many database connections were opened, and how many are closed after the shutdown."""
    from sqlalchemy import event
    from sqlalchemy.pool import Pool

    from app.main import create_app

    @event.listens_for(Pool, "connect")
    def opened(_connection, _record):
        connections["opened"] += 1

    @event.listens_for(Pool, "close")
    def closed(_connection, _record):
        connections["closed"] += 1

    app = create_app()
    async with _running(app) as client:
        await client.get("/api/v1/users")
    return connections


@asynccontextmanager
async def _running(app, *, hide=True):
    """A client of the application, which is started and stopped as a server would.

    Where it does not `hide` them, errors of the application come out."""
    import httpx

    async with app.router.lifespan_context(app) as state:

        async def with_state(scope, receive, send):
            await app({**scope, "state": dict(state or {})}, receive, send)

        transport = httpx.ASGITransport(app=with_state, raise_app_exceptions=not hide)
        async with httpx.AsyncClient(transport=transport, base_url="http://workshop") as client:
            yield client
