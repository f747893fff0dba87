"""What runs beside the learner's application, and inside the process that serves it.

Nothing here knows how the learner has named anything: a model is found by what it belongs to, a
module by what it does.
"""

import asyncio
import inspect
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

sent = []
"""Each statement, and which of the project's functions had it sent, the innermost first."""
commits = []


# What the judge asks beside the application.


def models():
    """The mapped classes whose rows belong to a post and to a user, with all that is declared."""
    return [_described(mapper) for mapper in _mappers()]


async def touched():
    """What becomes of touching each relationship between comments and others, in a new session.

    What is in the table is stored without the model: two comments of two people on a post.
    """
    from sqlalchemy.orm import configure_mappers

    configure_mappers()
    found = []
    [mapper, *_] = _mappers()
    async with _filled(mapper) as factory:
        for start, keys in _relationships(mapper):
            for key in keys:
                async with factory() as session:
                    thing = await session.get(start.class_, 1)
                    found.append({"name": f"{start.class_.__name__}.{key}", **_touch(thing, key)})
    return found


async def reprs():
    """repr of a comment that is new, loaded, expired and detached; two of those that are loaded."""
    from sqlalchemy import select

    [mapper, *_] = _mappers()
    made = {}
    async with _filled(mapper) as factory:
        async with factory() as session:
            first, second = (await session.scalars(select(mapper.class_))).all()
            made["loaded"], made["other"] = _repr(first), _repr(second)
            session.expire(first)
            made["expired"] = _repr(first)
        made["detached"] = _repr(second)
        made["detached and expired"] = _repr(first)
    made["new"] = _repr(mapper.class_())
    return {"class": mapper.class_.__name__, "said": made}


async def cascades():
    """What session.delete of a user and of a post does, where there are comments."""
    from app.models import Post, User

    [mapper, *_] = _mappers()
    found = {}
    for model, id_ in ((User, 2), (Post, 1)):
        async with _filled(mapper) as factory, factory() as session:
            try:
                await session.delete(await session.get(model, id_))
                await session.commit()
            except Exception as error:
                found[model.__name__] = f"{type(error).__name__}: {str(error).splitlines()[0]}"
            else:
                found[model.__name__] = ""
    return found


def schemas():
    """The pydantic models of the bodies that the comments' endpoints take and give, and those that
    they are made of: name, module, and whether they are pydantic's."""
    import app.main

    found = []
    for _, route in _routes(app.main.app):
        fields = [each.field_info.annotation for each in route.dependant.body_params]
        for kind in [*fields, route.response_model]:
            found += _models_in(kind)
    return [list(each) for each in dict.fromkeys(found)]


def endpoints():
    """The module and name of the function behind each route of comments."""
    import app.main

    return [
        {"path": path, "module": _plain(route.endpoint).__module__, "name": route.name}
        for path, route in _routes(app.main.app)
    ]


# What the judge has done before the application is imported.


def watch():
    """From the start on, note every statement and commit, and which functions have it sent."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    @event.listens_for(Engine, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, executemany):
        values = parameters.values() if isinstance(parameters, dict) else parameters
        plain = [] if executemany else [_json(each) for each in values]
        sent.append({"sql": statement, "values": plain, "by": _callers()})

    @event.listens_for(Engine, "commit")
    def commit(connection):
        commits.append(_callers())


def delay_changes():
    """Let what changes a row take a while to arrive, as it may over a network: whoever looks before
    has an answer that no longer holds."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.util.concurrency import await_only, in_greenlet

    @event.listens_for(Engine, "before_cursor_execute")
    def arrive(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and in_greenlet():
            await_only(asyncio.sleep(0.02))


# What is asked inside the serving process.


def forget(app):
    """Begin to note anew."""
    sent.clear()
    commits.clear()
    return True


def statements(app):
    """Those noted, but for what only speaks of transactions and settings."""
    words = ("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET", "SHOW")
    return [each for each in sent if not each["sql"].lstrip().upper().startswith(words)]


def committed(app):
    """Who has had each commit sent."""
    return list(commits)


def replace_get_db(app):
    """Give every route that asks for a session the status 418 in its place."""
    from fastapi import HTTPException

    from app.dependencies import get_db

    def teapot():
        raise HTTPException(418)

    app.dependency_overrides[get_db] = teapot
    return True


def _mappers():
    import app.main  # noqa: F401 - whatever the service imports is mapped then
    from app.models import Base

    found = []
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        keys = {key.target_fullname.rpartition(".")[0] for key in table.foreign_keys}
        if {"posts", "users"} <= keys and table.name not in ("posts", "users"):
            found.append(mapper)
    return sorted(found, key=lambda mapper: "content" not in mapper.local_table.c)


def _described(mapper):
    columns = []
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        columns.append(
            {
                "key": attribute.key,
                "name": column.name,
                "nullable": bool(column.nullable),
                "primary": bool(column.primary_key),
                "key_to": sorted(key.target_fullname for key in column.foreign_keys),
                "aware": getattr(column.type, "timezone", None),
                "kind": type(column.type).__name__,
            }
        )
    return {
        "module": mapper.class_.__module__,
        "name": mapper.class_.__qualname__,
        "table": mapper.local_table.name,
        "columns": columns,
        "relationships": [
            f"{start.class_.__name__}.{key}"
            for start, keys in _relationships(mapper)
            for key in keys
        ],
    }


def _relationships(mapper):
    """Those of comments, and those of posts and users that lead to comments: where each starts."""
    yield mapper, [each.key for each in mapper.relationships]
    for other in mapper.registry.mappers:
        if other is not mapper and other.local_table.name in ("posts", "users"):
            yield other, [each.key for each in other.relationships if each.mapper is mapper]


@asynccontextmanager
async def _filled(mapper):
    """A factory of sessions on a database with two users, a post of the first, and a comment of
    each on it, all stored by their tables."""
    from sqlalchemy import insert

    from app.config import get_settings
    from app.database import create_engine, create_session_factory
    from app.models import Base, Post, User

    engine = create_engine(get_settings())
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
        people = [(1, "Ada"), (2, "Eve")]
        for id_, name in people:
            user = {"id": id_, "email": f"{name}@example.com", "name": name}
            await connection.execute(insert(User.__table__), {**user, "hashed_password": "x"})
        post = {"id": 1, "title": "One", "content": "x", "user_id": 1, "published": True}
        await connection.execute(insert(Post.__table__), post)
        for id_, _ in people:
            row = _row(mapper.local_table, id_)
            await connection.execute(insert(mapper.local_table), row)
    try:
        yield create_session_factory(engine)
    finally:
        await engine.dispose()


def _row(table, id_):
    """Values for the columns that need one."""
    made = {}
    for column in table.c:
        keys = {key.target_fullname for key in column.foreign_keys}
        if column.primary_key:
            made[column.name] = id_
        elif keys:
            made[column.name] = 1 if "posts.id" in keys else id_ if "users.id" in keys else None
        elif not (column.nullable or column.default or column.server_default):
            made[column.name] = _value(column.type)
    return made


def _value(kind):
    try:
        python = kind.python_type
    except NotImplementedError:
        python = str
    values = {bool: False, int: 0, float: 0.0, datetime: datetime.now(UTC), bytes: b"x", dict: {}}
    return values.get(python, "Text")


def _touch(thing, key):
    from sqlalchemy import inspect

    try:
        value = getattr(thing, key)
        several = isinstance(value, list | set | tuple)
        found = value if several else [value] if value is not None else []
        return {"ids": sorted(inspect(each).identity[0] for each in found)}
    except Exception as error:
        said = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        return {"hidden": "greenlet" in str(error) or "MissingGreenlet" in said, "error": said}


def _repr(thing):
    try:
        return {"text": repr(thing)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {str(error).splitlines()[0]}"}


def _routes(app):
    """Those whose path speaks of comments, as the requirement spells it."""
    from fastapi.routing import APIRoute, iter_route_contexts

    for context in iter_route_contexts(app.router.routes):
        route = context.original_route
        path = getattr(context, "path_format", None) or getattr(route, "path", "")
        if isinstance(route, APIRoute) and "/comments" in path:
            yield path, route


def _plain(function):
    return getattr(function, "__wrapped__", None) or getattr(function, "func", function)


def _models_in(kind):
    """The pydantic models that a type is made of."""
    from typing import get_args

    from pydantic import BaseModel

    found, waiting = {}, [kind]
    while waiting:
        each = waiting.pop()
        if isinstance(each, type) and issubclass(each, BaseModel):
            if each not in found:
                found[each] = (each.__name__, each.__module__)
                waiting += [field.annotation for field in each.model_fields.values()]
        else:
            waiting += get_args(each)
    return list(found.values())


def _callers():
    """The project's functions that are running, the innermost first, as "file:function".

    SQLAlchemy runs statements in a greenlet of their own; what has called it waits in another.
    """
    import greenlet

    root, found = f"{Path.cwd()}/", []
    current, frame = greenlet.getcurrent(), inspect.currentframe()
    while current is not None:
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(root) and "site-packages" not in file:
                found.append(f"{file[len(root) :]}:{frame.f_code.co_qualname}")
            frame = frame.f_back
        current = current.parent
        frame = current.gr_frame if current is not None else None
    return [each for each in found if each.startswith("app/")]


def _json(value):
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, bool | int | float | str | None) else str(value)
