"""Uses the learner's repositories on a real file. Every answer is plain JSON."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import event, text

WHEN = datetime(2031, 5, 17, 12, tzinfo=UTC)


@asynccontextmanager
async def _sessions():
    """A maker of sessions on the check's own database, and the statements that they send."""
    from app.config import get_settings
    from app.database import create_engine, create_session_factory

    engine = create_engine(get_settings())
    statements = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, executemany):
        statements.append(statement.split()[0].upper())

    try:
        yield create_session_factory(engine), statements
    finally:
        await engine.dispose()


async def _user(session, number=1):
    from app.models import User

    user = User(email=f"u{number}@example.com", name=f"User {number}", hashed_password="x")
    session.add(user)
    await session.commit()
    return user


def offered():
    """What the packages offer, and which of the two repositories do without the base."""
    import app.repositories as repositories
    import app.utils.pagination as pagination

    found = [
        name
        for name in ("BaseRepository", "PostRepository", "UserRepository")
        if hasattr(repositories, name)
    ]
    found += [name for name in ("Page", "PageParams") if hasattr(pagination, name)]
    apart = [
        name
        for name in ("PostRepository", "UserRepository")
        if len(found) == 5
        and not issubclass(getattr(repositories, name), repositories.BaseRepository)
    ]
    return {"found": found, "apart": apart}


def pages(cases):
    """For each (limit, offset): whether it is taken; and the defaults."""
    from app.utils.pagination import PageParams

    def taken(limit, offset):
        try:
            PageParams(limit=limit, offset=offset)
        except ValueError:
            return False
        return True

    default = PageParams()
    return {
        "taken": [taken(*case) for case in cases],
        "default": [default.limit, default.offset],
    }


async def create(title, commit):
    """Create a post by the repository; commit or not; say what the repository showed of it."""
    from app.models import Post
    from app.repositories import PostRepository

    async with _sessions() as (sessions, statements):
        async with sessions() as session:
            author = await _user(session)
            repository = PostRepository(session)
            statements.clear()
            post = await repository.create(Post(title=title, content="Text", author=author))
            sent = list(statements)
            answer = {
                "id": post.id,
                "created": post.created_at is not None,
                "statements": sent,
                "open": session.in_transaction(),
            }
            if commit:
                await session.commit()
        async with sessions() as session:
            found = await PostRepository(session).get(answer["id"])
            answer["found"] = found.title if found else None
            missing = await PostRepository(session).get(4711)
            answer["missing"] = missing is None
    return answer


async def write_and_leave(how, title):
    """Update or delete a stored post and leave without a commit."""
    from app.models import Post
    from app.repositories import PostRepository

    async with _sessions() as (sessions, _), sessions() as session:
        author = await _user(session)
        stored = Post(title=title, content="Text", author=author)
        session.add(stored)
        await session.commit()
        repository = PostRepository(session)
        post = await repository.get(stored.id)
        if how == "update":
            await repository.update(post, {"title": f"{title} changed"})
        else:
            await repository.delete(post)
    return True


async def changes(title):
    """Update, ask, count and delete, with a commit after each."""
    from app.models import Post
    from app.repositories import PostRepository

    async with _sessions() as (sessions, _), sessions() as session:
        author = await _user(session)
        repository = PostRepository(session)
        for name in (title, f"{title} too"):
            await repository.create(Post(title=name, content="Text", author=author))
        await session.commit()
        answer = {"count": await repository.count()}
        answer["some"] = await repository.count(Post.title == title)
        answer["there"] = await repository.exists(Post.title == title)
        answer["absent"] = await repository.exists(Post.title == "absent")
        post = await repository.get(1)
        back = await repository.update(post, {"content": "Other", "published": True})
        await session.commit()
        answer["back"] = getattr(back, "content", None)
        await repository.delete(await repository.get(2))
        await session.commit()
        answer["left"] = await repository.count()
    return answer


async def lookups(title, email):
    """The questions that the two repositories answer besides."""
    from app.models import Post, User
    from app.repositories import PostRepository, UserRepository

    async with _sessions() as (sessions, _), sessions() as session:
        author = User(email=email, name="Ada", hashed_password="x")
        session.add_all([author, Post(title=title, content="Text", author=author)])
        await session.commit()
        posts, users = PostRepository(session), UserRepository(session)
        found = await users.get_by_email(email)
        return {
            "taken": await posts.exists_by_title(title),
            "free": await posts.exists_by_title(f"{title}!"),
            "found": found.name if found else None,
            "nobody": await users.get_by_email("nobody@example.com") is None,
        }


async def listed(number, size):
    """The ids of posts page by page. All but the first were made at the same moment."""
    from app.models import Post
    from app.repositories import PostRepository, UserRepository
    from app.utils.pagination import PageParams

    async with _sessions() as (sessions, _), sessions() as session:
        author = await _user(session)
        for each in range(number):
            made = WHEN + timedelta(hours=each == 0)
            session.add(Post(title=f"Post {each}", content="x", author=author, created_at=made))
            await session.flush()
        await session.commit()
        repository = PostRepository(session)
        pages = [
            [post.id for post in await repository.list(PageParams(limit=size, offset=offset))]
            for offset in range(0, number, size)
        ]
        users = [user.id for user in await UserRepository(session).list()]
    return {"pages": pages, "users": users}


async def costs(number):
    """How many statements each read sends over `number` posts, and what it brought."""
    from app.models import Post, User
    from app.repositories import PostRepository
    from app.utils.pagination import PageParams

    answer = {}
    async with _sessions() as (sessions, statements):
        async with sessions() as session:
            for each in range(number):
                author = User(email=f"u{each}@example.com", name=f"U{each}", hashed_password="x")
                post = Post(title=f"Post {each}", content="x", author=author)
                session.add(post)
            await session.commit()
            known = post.id
        reads = {
            "get": lambda repository: repository.get(known),
            "list": lambda repository: repository.list(PageParams(limit=100)),
            "count": lambda repository: repository.count(),
            "exists_by_title": lambda repository: repository.exists_by_title("Post 1"),
        }
        for name, read in reads.items():
            async with sessions() as session:
                await session.execute(text("SELECT 1"))
                statements.clear()
                found = await read(PostRepository(session))
                answer[name] = len(statements)
            if name in ("get", "list"):
                posts = [found] if name == "get" else list(found)
                answer[f"{name} authors"] = [_author(post) for post in posts]
    return answer


def _author(post):
    """The author's name once the session is closed, or why it cannot be had."""
    try:
        return post.author.name
    except Exception as error:
        return f"!{type(error).__name__}: {str(error).splitlines()[0]}"
