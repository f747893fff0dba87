"""What the models are asked, beside the learner's code. Every answer is plain JSON."""

import os
from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy import DateTime, event, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.types import TypeDecorator


def models():
    """The names that `app.models` offers, in the order asked for."""
    import app.models

    return [name for name in ("Base", "User", "Post") if hasattr(app.models, name)]


def metadata():
    """Tables, columns, constraints and annotations as SQLAlchemy knows them."""
    from app.models import Base, Post, User

    tables = {
        table.name: {
            "columns": {column.name: _column(column) for column in table.columns},
            "unnamed": sorted(
                type(constraint).__name__
                for constraint in table.constraints
                if constraint.name is None
            ),
            "names": sorted(str(constraint.name) for constraint in table.constraints)
            + sorted(str(index.name) for index in table.indexes),
        }
        for table in Base.metadata.tables.values()
    }
    return {
        "tables": tables,
        "convention": sorted(map(str, Base.metadata.naming_convention)),
        "annotations": {cls.__name__: _annotations(cls) for cls in (User, Post)},
        "relationships": {cls.__name__: _relationships(cls) for cls in (User, Post)},
    }


def _column(column):
    kind = column.type
    moment = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    return {
        "type": type(moment).__name__,
        "length": getattr(moment, "length", None),
        "nullable": bool(column.nullable),
        "aware": bool(moment.timezone) if isinstance(moment, DateTime) else None,
        "references": [key.target_fullname for key in column.foreign_keys],
    }


def _annotations(cls):
    """For each column attribute: how it is annotated, in words."""
    hints = {}
    for base in reversed(cls.__mro__):
        hints |= vars(base).get("__annotations__", {})
    return {
        attribute.key: str(hints[attribute.key]) if attribute.key in hints else None
        for attribute in inspect(cls).column_attrs
    }


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


async def _with_rows(work, user, post):
    """Run `work(engine)` over a database with one user and one post; give back what it gives."""
    from app.models import Base, Post, User

    engine = _engine()
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        author = User(**user)
        session.add(author)
        await session.flush()
        session.add(Post(user_id=author.id, **post))
        await session.commit()
    try:
        return await work(engine)
    finally:
        await engine.dispose()


async def store(user, post):
    """Store one user and one post by the models, for the judge to read in the file."""

    async def nothing(_engine):
        return True

    return await _with_rows(nothing, user, post)


async def moments(user, post):
    """The times that come back for a row stored with defaults, before and after a change."""

    async def work(engine):
        from app.models import Post

        async with AsyncSession(engine) as session:
            stored = (await session.execute(select(Post))).unique().scalars().one()
            before = _moment(stored.created_at), _moment(stored.updated_at)
            stored.content += "!"
            await session.flush()
            changed = _moment(inspect(stored).dict.get("updated_at"))
            await session.commit()
        async with AsyncSession(engine) as session:
            stored = (await session.execute(select(Post))).unique().scalars().one()
            after = _moment(stored.updated_at)
        return {"before": before, "flushed": changed, "after": after}

    return await _with_rows(work, user, post)


def _moment(value):
    if value is None:
        return None
    offset = value.utcoffset()
    now = datetime.now(UTC)
    given = value if offset is not None else value.replace(tzinfo=UTC)
    return {
        "text": value.isoformat(),
        "offset": None if offset is None else offset.total_seconds(),
        "seconds_ago": (now - given).total_seconds(),
    }


async def other_zone(user, post, hours, minutes):
    """Store a time of another zone and read it back: the difference in seconds, and its offset."""
    from app.models import Post

    zone = timezone(timedelta(hours=hours, minutes=minutes))
    given = datetime(2031, 5, 17, 23, 45, tzinfo=zone)

    async def work(engine):
        async with AsyncSession(engine) as session:
            stored = (await session.execute(select(Post))).unique().scalars().one()
            stored.created_at = given
            await session.commit()
        async with AsyncSession(engine) as session:
            stored = (await session.execute(select(Post))).unique().scalars().one()
            read = stored.created_at
            if read.utcoffset() is None:
                return {"difference": None, "offset": None, "text": read.isoformat()}
            return {
                "difference": (read - given).total_seconds(),
                "offset": read.utcoffset().total_seconds(),
                "text": read.isoformat(),
            }

    return await _with_rows(work, user, post)


async def naive_time(user, post):
    """Store a time without a zone: the name of the exception, or None where it is taken."""

    async def work(engine):
        from app.models import Post

        async with AsyncSession(engine) as session:
            stored = (await session.execute(select(Post))).unique().scalars().one()
            stored.created_at = datetime(2031, 5, 17, 23, 45)  # noqa: DTZ001
            try:
                await session.commit()
            except Exception as error:
                return type(error).__name__
        return None

    return await _with_rows(work, user, post)


async def touch(user, post, kind, attribute):
    """Touch a relationship of a row just read with no loading option.

    `loaded` where it was there, `refused` where the model forbids the hidden query, and else the
    text of the exception.
    """

    async def work(engine):
        import app.models

        model = getattr(app.models, kind)
        async with AsyncSession(engine) as session:
            found = (await session.execute(select(model))).unique().scalars().one()
            try:
                getattr(found, attribute)
            except Exception as error:
                text = str(error)
                return "refused" if "raise" in text and "greenlet" not in text else text
            return "loaded"

    return await _with_rows(work, user, post)


async def eager(user, post):
    """What explicit loading brings: the author's e-mail and the titles of the user's posts."""

    async def work(engine):
        from app.models import Post, User

        async with AsyncSession(engine) as session:
            query = select(Post).options(joinedload(Post.author))
            found = (await session.execute(query)).unique().scalars().one()
            email = found.author.email
        relationship = inspect(User).relationships["posts"]
        async with AsyncSession(engine) as session:
            query = select(User)
            if relationship.lazy in ("write_only", "dynamic"):
                author = (await session.execute(query)).unique().scalars().one()
                posts = (await session.execute(author.posts.select())).scalars()
            else:
                query = query.options(selectinload(User.posts))
                author = (await session.execute(query)).unique().scalars().one()
                posts = author.posts
            return {"email": email, "titles": [each.title for each in posts]}

    return await _with_rows(work, user, post)


async def reprs(user, post):
    """`repr` of a user and a post in every state a row can be in, or the exception's text."""
    from app.models import Post, User

    async def work(engine):
        seen = {"User new": _repr(User(**user)), "Post new": _repr(Post(user_id=1, **post))}
        for model in (User, Post):
            async with AsyncSession(engine) as session:
                found = (await session.execute(select(model))).unique().scalars().one()
                seen[f"{model.__name__} loaded"] = _repr(found)
                seen[f"{model.__name__} id"] = str(found.id)
                session.expire(found)
                seen[f"{model.__name__} expired"] = _repr(found)
                session.expunge(found)
                seen[f"{model.__name__} detached"] = _repr(found)
        return seen

    return await _with_rows(work, user, post)


def _repr(found):
    try:
        return repr(found)
    except Exception as error:
        return f"!{type(error).__name__}: {str(error).splitlines()[0]}"
