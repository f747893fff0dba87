"""What the models are asked, beside the learner's code. Every answer is plain JSON."""

import asyncio
import os
import secrets
import sys
import time
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, get_args, get_origin

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    bindparam,
    event,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import asyncpg, psycopg
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import (
    Mapped,
    WriteOnlyCollection,
    configure_mappers,
    joinedload,
    selectinload,
)
from sqlalchemy.schema import CreateColumn

NEW_YORK = "EST5EDT,M3.2.0,M11.1.0"
"""Where the probes run: code that takes UTC for the local time is hours off here."""


def models():
    """Which of the three names `app.models` offers, and which models are on its Base."""
    import app.models

    configure_mappers()
    offered = [name for name in ("Base", "User", "Post") if hasattr(app.models, name)]
    base = getattr(app.models, "Base", None)
    mapped = [mapper.class_ for mapper in base.registry.mappers] if base else []
    return {
        "offered": offered,
        "on_base": [name for name in offered[1:] if getattr(app.models, name) in mapped],
    }


def metadata():
    """Columns, names and annotations as SQLAlchemy knows them; types as PostgreSQL makes them."""
    from app.models import Base, Post, User

    tables = {
        table.name: {
            "columns": {column.name: _column(column) for column in table.columns},
            "unnamed": sorted(type(each).__name__ for each in table.constraints if not each.name),
        }
        for table in Base.metadata.tables.values()
    }
    return {
        "tables": tables,
        "convention": sorted(map(str, Base.metadata.naming_convention)),
        "of_checks": _of_checks(Base.metadata.naming_convention),
        "annotations": {cls.__name__: _annotations(cls) for cls in (User, Post)},
        "relationships": {cls.__name__: _relationships(cls) for cls in (User, Post)},
    }


def _of_checks(convention):
    """The rule for checks, in words, and whether the name that one is given has a part in it: by
    itself, or by a token of one's own."""
    rule = convention.get("ck")
    own = [str(key) for key, value in convention.items() if callable(value)]
    return [str(rule), any(f"%({each})s" in str(rule) for each in ("constraint_name", *own))]


def _column(column):
    try:
        on_postgresql = str(CreateColumn(column).compile(dialect=postgresql.dialect()))
    except Exception as error:
        on_postgresql = f"{type(error).__name__}: {error}"
    kind = getattr(column.type, "impl_instance", column.type)
    return {
        "altered": _altered(column.type),
        "boolean": isinstance(kind, Boolean),
        "length": getattr(kind, "length", None),
        "postgresql": " ".join(on_postgresql.split()),
    }


def _altered(kind):
    """What a type makes of a moment on its way to PostgreSQL's drivers or back, where that is
    another one or none: [way, before, after]. One driver reads in UTC, another in the session's
    zone. None of what is still to be written, too: that is a later task's.
    """
    if getattr(kind, "impl_instance", kind).python_type is not datetime:
        return None
    for dialect in (asyncpg.dialect(), psycopg.dialect()):
        own = kind.dialect_impl(dialect)
        for way, process in (
            ("in", own.bind_processor(dialect)),
            ("out", own.result_processor(dialect, None)),
        ):
            for minutes in (0, 120, -210):
                zone = timezone(timedelta(minutes=minutes))
                given = datetime(2031, 5, 17, 18, 15, tzinfo=zone)
                try:
                    found = process(given) if process else given
                except NotImplementedError:
                    return None
                if found != given:
                    return [way, str(given), str(found)]
    return None


def convention():
    """What the naming convention calls constraints and indexes of two tables, by kind."""
    from app.models import Base

    scratch = MetaData(naming_convention=Base.metadata.naming_convention)
    Table("things", scratch, Column("id", Integer, primary_key=True))
    names = {}
    for name in ("apples", "pears"):
        table = Table(
            name,
            scratch,
            Column("id", Integer, primary_key=True),
            *(Column(each, ForeignKey("things.id")) for each in ("size", "weight")),
            *(UniqueConstraint(each) for each in ("size", "weight")),
            *(Index(None, each) for each in ("size", "weight")),
            *(CheckConstraint(f"{each} > 0", name=each) for each in ("size", "weight")),
        )
        preparer = postgresql.dialect().identifier_preparer
        for each in (*table.constraints, *table.indexes):
            form = preparer.format_index if isinstance(each, Index) else preparer.format_constraint
            names.setdefault(type(each).__name__, {}).setdefault(name, []).append(form(each))
    # Both are sets: sorted, the report is the same at every grading.
    return {kind: [sorted(each) for each in found.values()] for kind, found in names.items()}


def _annotations(cls):
    """For each column attribute: how it is annotated, and what is wrong with that, if anything."""
    found = {}
    for attribute in inspect(cls).column_attrs:
        hint, home = _hint(cls, attribute.key)
        found[attribute.key] = {"hint": hint and str(hint), "wrong": None}
        if hint is not None:
            found[attribute.key]["wrong"] = _wrong(_evaluated(hint, home), attribute.columns[0])
    return found


def _hint(cls, key):
    """The annotation of an attribute, in words or as it is, and the class that has it."""
    for base in cls.__mro__:
        if key in vars(base).get("__annotations__", {}):
            return vars(base)["__annotations__"][key], base
        declared = vars(base).get(key)
        declared = getattr(declared, "fget", declared)  # a declared_attr
        if "return" in getattr(declared, "__annotations__", {}):
            return declared.__annotations__["return"], base
    return None, cls


def _evaluated(hint, home):
    """What the words of an annotation stand for; the words where they cannot be looked up."""
    if not isinstance(hint, str):
        return hint
    names = vars(sys.modules[home.__module__])
    try:
        return eval(hint, dict(names))
    except Exception:
        return eval(hint.partition("[")[0], dict(names)) if "[" in hint else hint


def _wrong(hint, column):
    outer = get_origin(hint) or hint
    if not (isinstance(outer, type) and issubclass(outer, Mapped)):
        return "mapped"
    [inner] = get_args(hint) or [None]
    if get_origin(inner) is Annotated:
        inner = get_args(inner)[0]
    if inner is None or isinstance(inner, str):
        return None
    kinds = [kind for kind in get_args(inner) or [inner] if isinstance(kind, type)]
    if column.nullable and type(None) not in kinds:
        return "nullable"
    try:
        made = getattr(column.type, "impl_instance", column.type).python_type
    except NotImplementedError:
        return None
    fits = not kinds or any(issubclass(kind, made) for kind in kinds)
    return None if fits else f"a column of {made.__name__}"


def _relationships(cls):
    return {
        relationship.key: {
            "lazy": relationship.lazy,
            "other": relationship.mapper.class_.__name__,
            "both_ways": bool(relationship._reverse_property),  # noqa: SLF001 - has no public name
        }
        for relationship in inspect(cls).relationships
    }


def _engine():
    os.environ["TZ"] = NEW_YORK
    if hasattr(time, "tzset"):
        time.tzset()
    engine = create_async_engine(os.environ["DATABASE_URL"])
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine.sync_engine, "connect")
        def enforce(connection, _record):
            connection.execute("PRAGMA foreign_keys = ON")

    return engine


async def create_all():
    """Make the tables in the check's own database."""
    from app.models import Base

    engine = _engine()
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()
    return True


def _values(model, given):
    """What is given of its columns, and something for every other that must have a value.

    So a check says something about a model in which another column is amiss.
    """
    values = {}
    for attribute in inspect(model).column_attrs:
        column = attribute.columns[0]
        if attribute.key in given:
            values[attribute.key] = given[attribute.key]
        elif not (column.nullable or column.primary_key or column.default or column.server_default):
            values[attribute.key] = _something(column)
    return values


def _something(column):
    kind = getattr(column.type, "impl_instance", column.type).python_type
    if kind is bool:
        return False
    if issubclass(kind, date):
        return datetime.now(UTC)
    return kind(1) if issubclass(kind, int | float) else secrets.token_hex(8)


def _new(model, given):
    values = _values(model, given)
    made = model(**{key: value for key, value in values.items() if key != "id"})
    if "id" in values:
        made.id = values["id"]
    return made


async def _raw(engine, model, given, *, without):
    """Store a row past the models, with nothing in columns that the database has a default for, nor
    in `without`."""
    columns = inspect(model).columns
    for key in {"created_at", "published"} & set(columns.keys()):
        if columns[key].server_default is None:
            given = {key: _something(columns[key]), **given}
    values = {key: value for key, value in _values(model, given).items() if key != without}
    names = ", ".join(columns[key].name for key in values)
    marks = ", ".join(f":{key}" for key in values)
    async with engine.begin() as connection:
        into = f"INSERT INTO {model.__table__.name} ({names}) VALUES ({marks})"
        typed = (bindparam(key, type_=columns[key].type) for key in values)
        await connection.execute(text(into).bindparams(*typed), values)


@asynccontextmanager
async def _stored(rows):
    """An engine on a database with these users, each with the posts that stand under `posts`."""
    from app.models import Base, Post, User

    engine = _engine()
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        for row in rows:
            session.add(_new(User, row))
            await session.flush()
            for post in row["posts"]:
                session.add(_new(Post, {"user_id": row["id"], **post}))
                await session.flush()
        await session.commit()
    try:
        yield engine
    finally:
        await engine.dispose()


async def _all(session, model, *options):
    query = select(model).order_by(model.id).options(*options)
    return (await session.execute(query)).unique().scalars().all()


def _models():
    from app.models import Post, User

    return User, Post


async def published(rows, given):
    """What `published` is of posts that leave it open, by the models and past them, and of one that
    sets it; and whether the models send it."""
    _, post = _models()
    async with _stored(rows) as engine:
        sent = []

        @event.listens_for(engine.sync_engine, "before_cursor_execute")
        def note(_connection, _cursor, statement, *_):
            sent.append("published" in statement.partition("VALUES")[0])

        for title, values in (("by the model", {}), ("set", {"published": True})):
            async with AsyncSession(engine) as session:
                session.add(_new(post, {**given, "title": title, **values}))
                await session.commit()
        await _raw(engine, post, {**given, "title": "by SQL"}, without="published")
        async with AsyncSession(engine) as session:
            found = {each.title: each.published for each in await _all(session, post)}
    return {title: found.get(title) for title in ("by the model", "set", "by SQL")} | {
        "sent": sent[0]
    }


async def created(rows, users, posts):
    """When rows were made that do not say it, one after the other: by the models, and past them;
    and whether the models send a time for it."""
    found = []
    async with _stored(rows) as engine:
        sent = _sent(engine, "created_at")
        for model, given in zip(_models(), (users, posts), strict=True):
            for how, values in (("the model", given[:3]), ("SQL", given[3:])):
                times = []
                sent.clear()
                for number, row in enumerate(values):
                    await asyncio.sleep(0.005 if number < 2 else 1.1)  # a clock of whole seconds
                    try:
                        await _made(engine, model, row, raw=how == "SQL")
                    except IntegrityError as error:
                        return {"refused": model.__name__, "how": how, "reason": str(error.orig)}
                    async with AsyncSession(engine) as session:
                        times.append((await _all(session, model))[-1].created_at)
                    if number and times[-1] != times[0]:
                        break
                seen = {"model": model.__name__, "how": how, "moves": times[-1] != times[0]}
                found.append(seen | {"time": _moment(times[-1]), "sent": any(sent)})
    return {"made": found}


def _sent(engine, column):
    """Grows with each INSERT that is put together: whether it sends a value for the column, and
    leaves it neither to the database nor to an expression that the database computes."""
    sent = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def note(_connection, _cursor, _statement, _parameters, context, _many):
        if context.compiled is not None and context.isinsert:
            sent.extend(column in each for each in context.compiled_parameters)

    return sent


async def _made(engine, model, row, *, raw):
    if raw:
        await _raw(engine, model, row, without="created_at")
    else:
        async with AsyncSession(engine) as session:
            session.add(_new(model, row))
            await session.commit()


async def compared(rows, users, posts):
    """Whether each row is found by its own times, as they were read and as another zone has them,
    and whether it counts as earlier than itself."""
    found = []
    async with _stored(rows) as engine:
        for model, [values, *_] in zip(_models(), (users, posts), strict=True):
            with suppress(IntegrityError):  # no default: another check's finding
                await _raw(engine, model, values, without="created_at")
        _, post = _models()
        await _change(engine, {"content": "changed"})
        for model, name in (*((each, "created_at") for each in _models()), (post, "updated_at")):
            async with AsyncSession(engine) as session:
                for row in await _all(session, model):
                    value = getattr(row, name)
                    if value is None or value.utcoffset() is None:
                        continue
                    own, column = model.id == row.id, getattr(model, name)
                    abroad = value.astimezone(timezone(timedelta(hours=5, minutes=30)))
                    asked = {
                        "equal": column == value,
                        "equal abroad": column == abroad,
                        "earlier": column < value,
                        "later": column > value,
                    }
                    answers = {
                        word: bool((await session.execute(select(model.id).where(own, each))).all())
                        for word, each in asked.items()
                    }
                    found.append({"what": f"{model.__name__}.{name}", "id": row.id} | answers)
    return found


async def changes(rows):
    """`updated_at` of a post after each of several changes, and whether that is on the object."""
    _, post = _models()
    seen = {"changes": []}
    async with _stored(rows) as engine:
        async with AsyncSession(engine) as session:
            first, *others = await _all(session, post)
            seen["unchanged"] = [_moment(each.updated_at) for each in (first, *others)]
            made = first.created_at
        for values in ({"content": "1"}, {"title": "2"}, {"published": True}, {"content": "3"}):
            seen["changes"].append(await _change(engine, values))
            if len({each["text"] for each in seen["changes"]}) < len(seen["changes"]):
                await asyncio.sleep(1.1)  # a clock of whole seconds
                seen["changes"][-1] = await _change(engine, {**values, "content": "again"})
        async with AsyncSession(engine) as session:
            await asyncio.sleep(0.005)
            await session.execute(update(post).where(post.id == first.id).values(content="4"))
            await session.commit()
        async with AsyncSession(engine) as session:
            first, *others = await _all(session, post)
            seen["by_statement"] = _moment(first.updated_at)
            seen["others"] = [_moment(each.updated_at) for each in others]
            seen["kept"] = first.created_at == made
    return seen


async def _change(engine, values):
    _, post = _models()
    async with AsyncSession(engine) as session:
        changed = (await _all(session, post))[0]
        for name, value in values.items():
            setattr(changed, name, value)
        await session.flush()
        flushed = "updated_at" in inspect(changed).dict
        await session.commit()
    async with AsyncSession(engine) as session:
        at = _moment((await _all(session, post))[0].updated_at)
    return {"of": next(iter(values)), "flushed": flushed, "text": at and at["text"], "at": at}


def _moment(value):
    if value is None:
        return None
    offset = value.utcoffset()
    given = value if offset is not None else value.replace(tzinfo=UTC)
    return {
        "text": value.isoformat(sep=" "),
        "offset": None if offset is None else offset.total_seconds(),
        "seconds_ago": round((datetime.now(UTC) - given).total_seconds()),
    }


TIMES = (("User", "created_at"), ("Post", "created_at"), ("Post", "updated_at"))


async def stored_times(rows, minutes):
    """Store a moment with this offset in every time of the models and read it back."""
    given = datetime(2031, 5, 17, 23, 45, 6, 789012, tzinfo=timezone(timedelta(minutes=minutes)))
    found = {}
    async with _stored(rows) as engine:
        for name, attribute in TIMES:
            model = dict(zip(("User", "Post"), _models(), strict=True))[name]
            async with AsyncSession(engine) as session:
                setattr((await _all(session, model))[0], attribute, given)
                await session.commit()
            async with AsyncSession(engine) as session:
                read = getattr((await _all(session, model))[0], attribute)
            aware = read is not None and read.utcoffset() is not None
            found[f"{name}.{attribute}"] = {
                "given": given.isoformat(sep=" "),
                "read": str(read),
                "offset": read.utcoffset().total_seconds() if aware else None,
                "difference": (read - given).total_seconds() if aware else None,
            }
    return found


async def naive_times(rows):
    """What storing a time without a zone ends in, for every time of the models."""
    found = {}
    async with _stored(rows) as engine:
        for name, attribute in TIMES:
            model = dict(zip(("User", "Post"), _models(), strict=True))[name]
            async with AsyncSession(engine) as session:
                row = (await _all(session, model))[0]
                setattr(row, attribute, datetime(2031, 5, 17, 23, 45))  # noqa: DTZ001
                try:
                    await session.commit()
                except Exception as error:
                    cause = getattr(error, "orig", error)
                    found[f"{name}.{attribute}"] = [each.__name__ for each in type(cause).__mro__]
                else:
                    found[f"{name}.{attribute}"] = None
    return found


async def touch(rows, kind, attribute):
    """Touch a relationship of each row just read with no loading option.

    `refused` where the model forbids the hidden query, else what is there, or the exception's text.
    """
    import app.models

    model, found = getattr(app.models, kind), []
    async with _stored(rows) as engine:
        for number in range(len(rows)):
            async with AsyncSession(engine) as session:
                row = (await _all(session, model))[number]
                try:
                    value = getattr(row, attribute)
                    if isinstance(value, WriteOnlyCollection):
                        found.append({"refused": True})
                    else:
                        found.append({"ids": [each.id for each in _list(value)]})
                except Exception as error:
                    reason = str(error).splitlines()[0]
                    refused = "raise" in reason and "greenlet" not in reason
                    found.append({"refused": refused, "reason": reason})
    return found


def _list(value):
    return [] if value is None else [value] if hasattr(value, "__mapper__") else list(value)


async def eager(rows):
    """What explicit loading brings: of each post its author, of each user the posts."""
    user, post = _models()
    async with _stored(rows) as engine:
        async with AsyncSession(engine) as session:
            posts = await _all(session, post, joinedload(post.author))
            authors = {str(each.id): each.author and each.author.id for each in posts}
        async with AsyncSession(engine) as session:
            if inspect(user).relationships["posts"].lazy in ("write_only", "dynamic"):
                owned = {
                    str(each.id): [p.id for p in await session.scalars(each.posts.select())]
                    for each in await _all(session, user)
                }
            else:
                users = await _all(session, user, selectinload(user.posts))
                owned = {str(each.id): [p.id for p in each.posts] for each in users}
    return {"authors": authors, "posts": {key: sorted(ids) for key, ids in owned.items()}}


async def related(rows, given):
    """The author's id of a post that was given its author as an object, and no id."""
    user, post = _models()
    async with _stored(rows) as engine:
        async with AsyncSession(engine) as session:
            author = (await _all(session, user))[-1]
            made = _new(post, {"user_id": None, **given})
            made.author = author
            session.add(made)
            await session.commit()
        async with AsyncSession(engine) as session:
            stored = [each.user_id for each in await _all(session, post) if each.title == "related"]
    return {"stored": stored, "sides": _sides(rows)}


def _sides(rows):
    """Whether each side of the relationship shows at once what was said on the other."""
    user, post = _models()
    first, second = (_new(user, row) for row in rows)
    one, two = (_new(post, {**row["posts"][0], "user_id": None}) for row in rows)
    if inspect(user).relationships["posts"].lazy in ("write_only", "dynamic"):
        return {"author": True, "posts": True}
    one.author = first
    second.posts.append(two)
    return {"author": any(each is one for each in first.posts), "posts": two.author is second}


async def deleted(rows, loaded):
    """The users and posts that are left after `session.delete` of the first user, whose posts are
    `loaded` or not."""
    user, post = _models()
    async with _stored(rows) as engine:
        async with AsyncSession(engine) as session:
            along = ()
            with suppress(InvalidRequestError):  # a write-only relationship loads nothing
                await _all(session, user, selectinload(user.posts))
                along = (selectinload(user.posts),)
            session.expunge_all()
            await session.delete((await _all(session, user, *(along if loaded else ())))[0])
            try:
                await session.commit()
            except IntegrityError as error:
                return {"refused": str(error.orig)}
        async with AsyncSession(engine) as session:
            users = [each.id for each in await _all(session, user)]
            return {"users": users, "posts": [each.id for each in await _all(session, post)]}


async def reprs(rows):
    """`repr` of a user and a post in every state a row can be in, or the exception's text."""
    seen = {}
    async with _stored(rows) as engine:
        for model, given in zip(_models(), (rows[0], rows[0]["posts"][0]), strict=True):
            texts = seen[model.__name__] = {"new": _repr(_new(model, given))}
            async with AsyncSession(engine) as session:
                found = (await _all(session, model))[0]
                texts["loaded"] = _repr(found)
                session.expire(found)
                texts["expired"] = _repr(found)
                session.expunge(found)
                texts["detached"] = _repr(found)
        user, post = _models()
        with suppress(AttributeError, InvalidRequestError):  # another check's finding
            async with AsyncSession(engine) as session:
                found = (await _all(session, post, joinedload(post.author)))[0]
                await _all(session, user, selectinload(user.posts))
                seen["Post"]["related"] = _repr(found)
                seen["User"]["related"] = _repr(found.author)
    return seen


def _repr(found):
    try:
        return repr(found)
    except Exception as error:
        return f"!{type(error).__name__}: {str(error).splitlines()[0]}"
