"""What runs beside the learner's application, and inside the process that serves it."""

import asyncio
import inspect
import resource
import sys
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime

began = {}
on_loop = []
rival = {"id": None, "done": False}


# What is asked beside the application.


def lifetime():
    """`access_token_minutes` of the settings, as the environment has it; or what was raised."""
    from pydantic import ValidationError

    from app.config import Settings

    try:
        found = getattr(Settings(), "access_token_minutes", None)
    except ValidationError as error:
        return {"refused": [str(part) for each in error.errors() for part in each["loc"]]}
    return {"value": found if isinstance(found, int | None) else f"a {type(found).__name__}"}


def made(ids):
    """A token for each of the users, and the hour at which they were made."""
    time.tzset()  # the zone may be one that this process was not started in
    from app.config import Settings
    from app.utils.auth import create_access_token

    settings = Settings()
    tokens = [create_access_token(id_, settings) for id_ in ids]
    kinds = [type(each).__name__ for each in tokens]
    return {"tokens": tokens if kinds == ["str"] * len(ids) else None, "kinds": kinds}


async def read(tokens, tomorrow=()):
    """What became of each token: whose it is, or what was raised. The clock of the project and of
    PyJWT is then put forward by two days, for those of tomorrow."""
    found = await _read(tokens)
    _put_forward(2 * 24 * 60 * 60)
    return found + await _read(tomorrow)


def _put_forward(seconds):
    real = {name: getattr(time, name) for name in ("time", "time_ns")}

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromtimestamp(real["time"]() + seconds, tz)

        @classmethod
        def utcnow(cls):
            return cls.now(UTC).replace(tzinfo=None)

    changed = {
        datetime: Later,
        real["time"]: lambda: real["time"]() + seconds,
        real["time_ns"]: lambda: real["time_ns"]() + seconds * 10**9,
    }
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in {"app", "jwt", "time", "datetime"}:
            for each, value in list(vars(module).items()):
                if any(value is old for old in changed):
                    setattr(module, each, changed[value])


async def _read(tokens):
    from app.config import Settings
    from app.utils.auth import InvalidTokenError, read_access_token

    settings, found = Settings(), []
    for token in tokens:
        try:
            value = read_access_token(token, settings)
            if inspect.isawaitable(value):
                value = await value
        except NotImplementedError:
            raise
        except InvalidTokenError:
            found.append({"refused": True})
        except Exception as error:
            found.append({"raised": f"{type(error).__name__}: {error}"[:200]})
        else:
            found.append({"value": value if isinstance(value, int | str | None) else str(value)})
    return found


async def two_settings(file, given, user_id, form):
    """Two applications over one database, each with settings of its own: how each answers somebody
    who has a token of the first, and of the second, and how long one lasts that it gives out."""
    from app.config import Settings
    from app.main import create_app
    from app.utils.auth import create_access_token

    answers = []
    settings = [Settings(database_url=file, **each) for each in given]
    tokens = [create_access_token(user_id, each) for each in settings]
    for each in settings:
        async with _running(create_app(each)) as client:
            statuses = []
            for token in tokens:
                headers = {"Authorization": f"Bearer {token}"}
                url = f"/api/v1/users/{user_id}"
                statuses.append((await client.patch(url, json={}, headers=headers)).status_code)
            signed_in = await client.post("/api/v1/auth/token", data=form)
            answers.append({"statuses": statuses, "body": signed_in.text})
    return answers


@asynccontextmanager
async def _running(app):
    """A client of the application, which is started and stopped as a server would."""
    import httpx

    async with app.router.lifespan_context(app) as state:

        async def with_state(scope, receive, send):
            await app({**scope, "state": dict(state or {})}, receive, send)

        transport = httpx.ASGITransport(app=with_state, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://workshop") as client:
            yield client


# What is asked inside the serving process.


def begin(app):
    """From now on, count what the processor does, and note which hashers the event loop runs."""
    if not began:
        _watch_hashers()
    on_loop.clear()
    began.update(_processor())
    return True


def spent(app):
    """Seconds of the processor since then: of all threads and processes, and of the event loop."""
    now = _processor()
    return {name: now[name] - began[name] for name in now}


def hashed_on_loop(app):
    """What the event loop itself has hashed or compared since then."""
    return on_loop


def _watch_hashers():
    import hashlib

    import argon2

    _watch(argon2.PasswordHasher, "hash", "argon2's hash")
    _watch(argon2.PasswordHasher, "verify", "argon2's verify")
    _watch(hashlib, "scrypt", "hashlib.scrypt")


def _watch(owner, name, said):
    original = getattr(owner, name)

    def noted(*args, **kwargs):
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # a thread of its own
            pass
        else:
            on_loop.append(said)
        return original(*args, **kwargs)

    setattr(owner, name, noted)


def _processor():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "all": time.process_time() + children.ru_utime + children.ru_stime,
        "loop": time.thread_time(),
    }


def let_another_delete(app, user_id):
    """Another request deletes this user, right before the next UPDATE of users."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    rival["id"] = user_id

    @event.listens_for(Engine, "before_cursor_execute")
    def come_between(connection, cursor, statement, parameters, context, executemany):
        first = statement.lstrip().upper()
        if rival["id"] and first.startswith(("UPDATE", "WITH")) and "users" in statement:
            chosen, rival["id"] = rival["id"], None
            rival["done"] = _delete(connection.engine.url, chosen)

    return True


def has_deleted(app):
    """Whether the other one came between."""
    return rival["done"]


def _delete(url, user_id):
    """Delete by a connection of its own, if nobody has locked what it needs."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import OperationalError
    from sqlalchemy.pool import NullPool

    lite = url.get_backend_name() == "sqlite"
    wait = {"timeout": 0} if lite else {"options": "-c lock_timeout=100ms"}
    url = url.set(drivername="sqlite" if lite else "postgresql+psycopg")
    query = text(f"DELETE FROM users WHERE id = {int(user_id)}")
    try:
        with create_engine(url, poolclass=NullPool, connect_args=wait).begin() as connection:
            connection.execute(query)
    except OperationalError:
        return False
    return True


def replace_current_user(app):
    """Give every route that asks for the current user the status 418 in its place."""
    from fastapi import HTTPException

    from app.dependencies import get_current_user

    def teapot():
        raise HTTPException(418)

    app.dependency_overrides[get_current_user] = teapot
    return True
