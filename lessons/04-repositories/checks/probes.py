"""Uses the learner's repositories on the check's own database. Every answer is plain JSON.

What a method gives is told as a value, as the fields of a row, or, where it is neither, as
`{"a": "Row"}` by the name of its type.
"""

import inspect
from collections import Counter
from contextlib import asynccontextmanager, suppress

from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError, InvalidRequestError, MultipleResultsFound
from sqlalchemy.orm import Mapper

POST = ("id", "title", "content", "published", "user_id", "created_at", "updated_at")
USER = ("id", "name", "email", "created_at")
"""What responses and services read. Whether the hash comes along is the learner's to say."""
NOT_COUNTED = {"BEGIN", "COMMIT", "PRAGMA", "RELEASE", "ROLLBACK", "SAVEPOINT", "SET", "SHOW"}


class Watched:
    """What is sent, loaded and fetched: the first words of statements, rows by the model's name,
    and, on SQLite, how many rows the driver gave."""

    def __init__(self):
        self.sent = []
        self.loaded = Counter()
        self.fetched = 0

    def clear(self):
        self.sent.clear()
        self.loaded.clear()
        self.fetched = 0

    def note(self, _, row):
        self.fetched += 1
        return row


@asynccontextmanager
async def _opened():
    """A maker of sessions on the check's own database, and what they send and load."""
    from app.config import get_settings
    from app.database import create_engine, create_session_factory

    engine = create_engine(get_settings())
    watched = Watched()

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def note_statement(connection, cursor, statement, parameters, context, executemany):
        word = statement.split(maxsplit=1)[0].upper()
        if word not in NOT_COUNTED:
            watched.sent.append(word)

    @event.listens_for(Mapper, "load")
    def note_row(row, context):
        watched.loaded[type(row).__name__] += 1

    if engine.dialect.name == "sqlite":

        @event.listens_for(engine.sync_engine, "connect")
        def turn_round(connection, record):
            """What comes in no order comes backwards, and so cannot be right by luck."""
            cursor = connection.cursor()
            cursor.execute("PRAGMA reverse_unordered_selects = ON")
            cursor.close()
            connection.driver_connection.row_factory = watched.note

    try:
        yield create_session_factory(engine), watched
    finally:
        await engine.dispose()


async def _gives(call):
    """What the call of a method comes to, once awaited."""
    if not inspect.isawaitable(call):
        return {"a": f"{type(call).__name__} and is not async"}
    try:
        return await call
    except MultipleResultsFound as error:
        return {"a": f"MultipleResultsFound ({error})"}


def _plain(value):
    if value is None or type(value) in (bool, int, str) or isinstance(value, dict):
        return value
    if inspect.iscoroutine(value):
        value.close()
    return {"a": type(value).__name__}


def _ids(found, model):
    """The ids of the rows in a list; what it is where it is none."""
    if isinstance(found, dict | str) or not hasattr(found, "__iter__"):
        return _plain(found)
    return [row.id if isinstance(row, model) else _plain(row) for row in found]


def _name(found, model, attribute):
    """One attribute of a row; what it is where it is none."""
    return getattr(found, attribute) if isinstance(found, model) else _plain(found)


def offered():
    """Which repositories the package offers, and which of them do without the base."""
    import app.repositories as offered

    names = ("BaseRepository", "PostRepository", "UserRepository")
    found = [name for name in names if hasattr(offered, name)]
    base = getattr(offered, "BaseRepository", None)
    apart = [
        name
        for name in found[1:]
        if isinstance(base, type)
        and not (isinstance(cls := getattr(offered, name), type) and issubclass(cls, base))
    ]
    return {"found": found, "apart": apart}


def params(cases):
    """What PageParams keeps of each (limit, offset), or the name of what it raises."""
    from app.utils.pagination import PageParams

    def made(**given):
        try:
            page = PageParams(**given)
        except ValueError:
            return "ValueError"
        except Exception as error:
            return type(error).__name__
        return [_plain(page.limit), _plain(page.offset)]

    return {
        "made": [made(limit=limit, offset=offset) for limit, offset in cases],
        "default": made(),
        "limit alone": made(limit=7),
        "offset alone": made(offset=7),
    }


def page():
    """What a Page keeps."""
    from app.utils.pagination import Page, PageParams

    made = Page(items=["a", "b"], total=12, params=PageParams(limit=2, offset=4))
    return {
        "items": list(made.items),
        "total": _plain(made.total),
        "params": [_plain(made.params.limit), _plain(made.params.offset)],
    }


async def round_trip(email, title):
    """Create two users and a post by the repositories, and read them, here and elsewhere."""
    from app.models import Post, User
    from app.repositories import PostRepository, UserRepository

    answer = {}
    async with _opened() as (sessions, _):
        async with sessions() as session:
            users, posts = UserRepository(session), PostRepository(session)
            ada = User(email=email, name="Ada", hashed_password="x")
            bob = User(email=f"bob.{email}", name="Bob", hashed_password="x")
            made = [await _gives(users.create(each)) for each in (ada, bob)]
            post = Post(title=title, content="Text", author=bob)
            made.append(await _gives(posts.create(post)))
            given = (ada, bob, post)
            answer["back"] = [
                back is row or _plain(back) for back, row in zip(made, given, strict=True)
            ]
            answer["ids"] = [_plain(row.id) for row in given]
            answer["created"] = post.created_at is not None
            answer["mine"] = _plain(await _gives(posts.count()))
            await session.commit()
            ids = [row.id for row in given]
        async with sessions() as session:
            users, posts = UserRepository(session), PostRepository(session)
            answer["users"] = [
                _name(await _gives(users.get(number)), User, "name") for number in ids[:2]
            ]
            answer["post"] = _name(await _gives(posts.get(ids[2])), Post, "title")
            answer["no post"] = _plain(await _gives(posts.get(ids[2] + 4711)))
            answer["no user"] = _plain(await _gives(users.get(ids[1] + 4711)))
    return answer


async def conditions(person, title):
    """Count, ask and list with no condition, one, and two."""
    from app.models import Post, User
    from app.repositories import PostRepository, UserRepository
    from app.utils.pagination import PageParams

    cases = {
        "posts": (PostRepository, Post, (Post.published.is_(True), Post.title == title)),
        "users": (UserRepository, User, (User.name == person, User.hashed_password == "x")),
    }
    answer = {}
    async with _opened() as (sessions, _), sessions() as session:
        for kind, (make, model, (one, two)) in cases.items():
            repository = make(session)
            for said, where in {"": (), "one": (one,), "other": (two,), "both": (one, two)}.items():
                answer[f"{kind} count {said}"] = _plain(await _gives(repository.count(*where)))
                answer[f"{kind} exists {said}"] = _plain(await _gives(repository.exists(*where)))
                listed = await _gives(repository.list(PageParams(), *where))
                answer[f"{kind} list {said}"] = _ids(listed, model)
    return answer


async def update(post, user):
    """Change a post in three steps, and a user, with a commit after each."""
    from app.models import Post, User
    from app.repositories import PostRepository, UserRepository

    answer = {}
    async with _opened() as (sessions, _), sessions() as session:
        posts, users = PostRepository(session), UserRepository(session)
        row = await session.get(Post, post)
        for name, changes in (
            ("first", {"content": "Other"}),
            ("falsy", {"content": "", "published": False, "updated_at": None}),
            ("nothing", {}),
        ):
            back = await _gives(posts.update(row, changes))
            answer[name] = back is row or _plain(back)
            answer[f"{name} is"] = _plain(row.content)
            await session.commit()
        person = await session.get(User, user)
        back = await _gives(users.update(person, {"name": "Changed"}))
        answer["user"] = back is person or _plain(back)
        await session.commit()
    return answer


async def delete(post, user):
    """Delete a post and a user, and ask for them, with a commit after each."""
    from app.models import Post, User
    from app.repositories import PostRepository, UserRepository

    answer = {}
    async with _opened() as (sessions, _), sessions() as session:
        posts, users = PostRepository(session), UserRepository(session)
        await _gives(posts.delete(await session.get(Post, post)))
        answer["post"] = _plain(await _gives(posts.get(post)))
        await session.commit()
        await _gives(users.delete(await session.get(User, user)))
        answer["user"] = _plain(await _gives(users.get(user)))
        await session.commit()
    return answer


async def unfinished(posts, users):
    """Call each method that writes and leave without a commit. Say what each had sent."""
    from app.models import Post, User
    from app.repositories import PostRepository, UserRepository

    async def create_user(session):
        user = User(email="new@example.com", name="New", hashed_password="x")
        return lambda: UserRepository(session).create(user)

    async def create_post(session):
        author = await session.get(User, users[0])
        post = Post(title="New", content="Text", author=author)
        return lambda: PostRepository(session).create(post)

    async def update_user(session):
        user = await session.get(User, users[0])
        return lambda: UserRepository(session).update(user, {"name": "Changed"})

    async def update_post(session):
        post = await session.get(Post, posts[0])
        return lambda: PostRepository(session).update(post, {"title": "Changed"})

    async def delete_user(session):
        user = await session.get(User, users[1])
        return lambda: UserRepository(session).delete(user)

    async def delete_post(session):
        post = await session.get(Post, posts[1])
        return lambda: PostRepository(session).delete(post)

    answer = {}
    async with _opened() as (sessions, watched):
        for prepare in (
            *(create_post, create_user, update_post),
            *(update_user, delete_post, delete_user),
        ):
            async with sessions() as session:
                call = await prepare(session)
                watched.clear()
                await _gives(call())
                answer[prepare.__name__] = list(watched.sent)
    return answer


async def refused(post, author, title, email):
    """Store twice what may stand once, in a savepoint of the caller's. For each method that writes:
    what it raised, whether that came of the database's IntegrityError, and how many posts are left
    that the caller stored before."""
    from app.models import Post, User
    from app.repositories import PostRepository, UserRepository

    def post_twice(session, writer, row):
        twin = Post(title=title, content="Text", author=writer)
        return PostRepository(session).create(twin)

    def user_twice(session, writer, row):
        twin = User(email=email, name="Twin", hashed_password="x")
        return UserRepository(session).create(twin)

    def retitle(session, writer, row):
        return PostRepository(session).update(row, {"title": title})

    def readdress(session, writer, row):
        return UserRepository(session).update(writer, {"email": email})

    answer = {}
    async with _opened() as (sessions, _):
        for call in (post_twice, user_twice, retitle, readdress):
            raised, forbidden = None, False
            async with sessions() as session:
                writer, row = await session.get(User, author), await session.get(Post, post)
                session.add(Post(title="Earlier", content="Text", author=writer))
                await session.flush()
                nested = await session.begin_nested()
                try:
                    await _gives(call(session, writer, row))
                except Exception as error:
                    raised, forbidden = type(error).__name__, _forbidden(error)
                with suppress(InvalidRequestError):  # where the whole transaction is over
                    await nested.rollback()
                left = await session.scalar(
                    select(func.count()).select_from(Post).where(Post.title == "Earlier")
                )
            answer[call.__name__] = [raised, forbidden, left]
    return answer


def _forbidden(error):
    """Whether an exception is the database's IntegrityError, or was raised because of it."""
    while error is not None and not isinstance(error, IntegrityError):
        error = error.__cause__ or error.__context__
    return error is not None


async def lookups(titles, emails):
    """Whether each title is taken, and the id of who has each address."""
    from app.models import User
    from app.repositories import PostRepository, UserRepository

    async with _opened() as (sessions, _), sessions() as session:
        posts, users = PostRepository(session), UserRepository(session)
        return {
            "titles": [_plain(await _gives(posts.exists_by_title(each))) for each in titles],
            "emails": [
                _name(await _gives(users.get_by_email(each)), User, "id") for each in emails
            ],
        }


async def pages(size, number):
    """The ids in each page of posts, of published ones, and of users; and a first page."""
    from app.models import Post, User
    from app.repositories import PostRepository, UserRepository
    from app.utils.pagination import PageParams

    answer = {}
    async with _opened() as (sessions, _), sessions() as session:
        posts, users = PostRepository(session), UserRepository(session)
        for name, repository, model, where in (
            ("posts", posts, Post, ()),
            ("published", posts, Post, (Post.published.is_(True),)),
            ("users", users, User, ()),
        ):
            answer[name] = [
                _ids(
                    await _gives(
                        repository.list(PageParams(limit=size, offset=size * each), *where)
                    ),
                    model,
                )
                for each in range(number)
            ]
            answer[f"{name} first"] = _ids(await _gives(repository.list(PageParams())), model)
    return answer


async def reads(post, title, user, email):
    """What each read sends and loads, each in a session of its own."""
    from app.models import Post, User
    from app.repositories import PostRepository, UserRepository
    from app.utils.pagination import PageParams

    wide, narrow = PageParams(limit=100), PageParams(limit=2, offset=1)
    calls = {
        PostRepository: {
            "get(…)": lambda r: r.get(post),
            "get(…) of a post that is not there": lambda r: r.get(2**31 - 1),
            "list(…)": lambda r: r.list(wide),
            "list(…) of a page of 2": lambda r: r.list(narrow),
            "list(…) with a condition": lambda r: r.list(wide, Post.published.is_(True)),
            "count()": lambda r: r.count(),
            "exists(…)": lambda r: r.exists(Post.published.is_(True)),
            "exists_by_title(…)": lambda r: r.exists_by_title(title),
        },
        UserRepository: {
            "get(…)": lambda r: r.get(user),
            "list(…)": lambda r: r.list(wide),
            "list(…) of a page of 2": lambda r: r.list(narrow),
            "count()": lambda r: r.count(),
            "exists(…)": lambda r: r.exists(User.name == "Nobody"),
            "get_by_email(…)": lambda r: r.get_by_email(email),
        },
    }
    answer = []
    async with _opened() as (sessions, watched):
        for make, reads in calls.items():
            for name, read in reads.items():
                async with sessions() as session:
                    await session.connection()
                    watched.clear()
                    found = await _gives(read(make(session)))
                    if not isinstance(found, str | dict) and hasattr(found, "__iter__"):
                        found = list(found)
                    answer.append(
                        {
                            "read": f"{make.__name__}.{name}",
                            "gives": found if type(found) is int else None,
                            "sent": list(watched.sent),
                            "loaded": dict(watched.loaded),
                            "fetched": watched.fetched,
                        }
                    )
    return answer


async def writes(post, author):
    """What each write of a post sends."""
    from app.models import Post, User
    from app.repositories import PostRepository

    calls = {
        "create": lambda posts, rows: posts.create(rows[0]),
        "update": lambda posts, rows: posts.update(rows[1], {"content": "Other"}),
        "delete": lambda posts, rows: posts.delete(rows[1]),
    }
    answer = {}
    async with _opened() as (sessions, watched):
        for name, call in calls.items():
            async with sessions() as session:
                row, writer = await session.get(Post, post), await session.get(User, author)
                new = Post(title="New", content="Text", author=writer)
                watched.clear()
                await _gives(call(PostRepository(session), (new, row)))
                answer[name] = list(watched.sent)
    return answer


async def authors(post, email):
    """The authors' names of what get and list gave, once the session is closed; and, under `whole`,
    what cannot be read of posts, their authors and users then."""
    from app.models import Post, User
    from app.repositories import PostRepository, UserRepository
    from app.utils.pagination import PageParams

    reads = {
        "get(…)": lambda r: r.get(post),
        "list(…)": lambda r: r.list(PageParams()),
        "list(…) with a condition": lambda r: r.list(PageParams(), Post.published.is_(True)),
    }
    people = {
        "get(…)": lambda r: r.get(post),
        "list(…)": lambda r: r.list(PageParams()),
        "get_by_email(…)": lambda r: r.get_by_email(email),
    }
    answer, parts = {}, []
    async with _opened() as (sessions, _):
        for name, read in reads.items():
            async with sessions() as session:
                found = await _gives(read(PostRepository(session)))
                found = [found] if isinstance(found, Post | dict | None) else list(found)
            answer[name] = [_author(row) for row in found]
            parts += [part for row in found for part in _unread(row, name, "post", POST, Post)]
        for name, read in people.items():
            async with sessions() as session:
                found = await _gives(read(UserRepository(session)))
                found = [found] if isinstance(found, User | dict | None) else list(found)
            parts += [part for row in found for part in _unread(row, name, "user", USER, User)]
        async with sessions() as session:
            known = await session.get(Post, post)
            found = await _gives(PostRepository(session).get(post))
        del known
        answer["get(…) of a post that the session knows"] = [_author(found)]
    return {"authors": answer, "parts": parts}


def _author(row):
    """The post's id and its author's name, or why it cannot be had."""
    try:
        return [row.id, row.author.name]
    except Exception as error:
        return [None, _said(error)]


def _unread(row, read, what, names, model):
    """What cannot be read of a row, and why. What is no such row, others tell."""
    if not isinstance(row, model):
        return []
    whole = [(f"{what}.{name}", row, name) for name in names]
    if what == "post" and _author(row)[0] is not None:
        whole += [(f"post.author.{name}", row.author, name) for name in USER]
    found = []
    for said, owner, name in whole:
        try:
            getattr(owner, name)
        except Exception as error:
            found.append([said, read, _said(error)])
    return found


def _said(error):
    first = str(error).partition("\n")[0].partition(" (Background on")[0]
    return f"{type(error).__name__}: {first}"
