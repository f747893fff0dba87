"""Uses the learner's services on a real file. Every answer is plain JSON."""

import asyncio
from contextlib import asynccontextmanager


@asynccontextmanager
async def _sessions():
    from app.config import get_settings
    from app.database import create_engine, create_session_factory

    engine = create_engine(get_settings())
    try:
        yield create_session_factory(engine)
    finally:
        await engine.dispose()


def _post(title, user_id=7, **more):
    from app.schemas import PostCreate

    return PostCreate(title=title, content="Some content", user_id=user_id, **more)


async def _attempt(call):
    """What became of a call: the value's facts, or the error's."""
    from app.exceptions import DomainError

    try:
        found = await call
    except NotImplementedError:
        raise
    except Exception as error:
        causes, cause = [], error.__cause__
        while cause is not None:
            causes.append(type(cause).__name__)
            cause = cause.__cause__
        return {
            "error": type(error).__name__,
            "family": [each.__name__ for each in type(error).__mro__],
            "domain": isinstance(error, DomainError),
            "message": str(error).partition("\n[SQL:")[0][:300],
            "causes": causes,
        }
    return {"error": None, "value": _facts(found)}


def _facts(found):
    if found is None or isinstance(found, str | int | bool):
        return found
    if isinstance(found, list | tuple):
        return [_facts(each) for each in found]
    if hasattr(found, "items") and hasattr(found, "total"):
        return {"items": _facts(list(found.items)), "total": found.total}
    names = ("id", "title", "content", "published", "email", "name", "user_id")
    facts = {name: getattr(found, name) for name in names if hasattr(found, name)}
    if hasattr(type(found), "author"):
        try:
            facts["author"] = found.author.id
        except Exception as error:
            facts["author"] = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return facts


def family():
    """The errors of `app.exceptions`, and what they are made of."""
    from app import exceptions
    from app.exceptions import ConflictError, DomainError, NotFoundError

    answer = {}
    for cls in (NotFoundError, ConflictError):
        error = cls("A message.")
        answer[cls.__name__] = {
            "domain": issubclass(cls, DomainError),
            "text": str(error),
            "message": getattr(error, "message", None),
            "code": getattr(error, "code", None),
        }
    answer["names"] = [
        name
        for name, value in vars(exceptions).items()
        if isinstance(value, type) and issubclass(value, Exception)
    ]
    return answer


def offered():
    """Whether the services can be imported, and made with a session alone."""
    from app.services import PostService, UserService

    for service in (PostService, UserService):
        service(None)
    return True


async def calls(steps, fresh=True):
    """Run `[service, method, arguments]` one after the other, each in a session of its own.

    An id may be `{"of": n}`: that of what step `n` gave back.
    """
    from app.schemas import PostUpdate, UserCreate, UserUpdate
    from app.services import PostService, UserService
    from app.utils.pagination import PageParams

    services = {"posts": PostService, "users": UserService}
    makers = {
        "create_post": lambda a: [_post(**a)],
        "create_posts": lambda a: [[_post(**each) for each in a["posts"]]],
        "update_post": lambda a: [a["id"], PostUpdate(**a["changes"])],
        "create_user": lambda a: [UserCreate(**a)],
        "update_user": lambda a: [a["id"], UserUpdate(**a["changes"])],
        "list_posts": lambda a: [PageParams(**a)],
        "list_users": lambda a: [PageParams(**a)],
    }
    answers = []
    async with _sessions() as sessions:
        shared = sessions()
        for service, method, said in steps:
            session = sessions() if fresh else shared
            arguments = dict(said)
            if isinstance(said.get("id"), dict):
                made = answers[said["id"]["of"]].get("value") or {}
                arguments["id"] = made.get("id", 0)
            given = makers.get(method, lambda a: [a["id"]])(arguments)
            answers.append(await _attempt(getattr(services[service](session), method)(*given)))
            if fresh:
                await session.close()
        await shared.close()
    return answers


async def race(title, number):
    """Create one title in many sessions at once, then use each session once more.

    An INSERT takes a while to arrive, as it may over a network: whoever asks before storing has
    an answer by then that no longer holds.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.util.concurrency import await_only, in_greenlet

    from app.services import PostService
    from app.utils.pagination import PageParams

    @event.listens_for(Engine, "before_cursor_execute")
    def arrive(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith("INSERT") and in_greenlet():
            await_only(asyncio.sleep(0.05))

    async with _sessions() as sessions:

        async def write():
            async with sessions() as session:
                service = PostService(session)
                answer = await _attempt(service.create_post(_post(title)))
                after = await _attempt(service.list_posts(PageParams()))
                return [answer, after["error"]]

        return await asyncio.gather(*(write() for _ in range(number)))


async def broken_commit(titles, at):
    """Create several posts while the flush number `at` fails in a way that nobody expects."""
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.services import PostService

    async with _sessions() as sessions, sessions() as session:
        original, count = AsyncSession.flush, 0

        async def flush(self, *arguments, **options):
            nonlocal count
            count += 1
            if count == at:
                raise RuntimeError("the disk is gone")
            return await original(self, *arguments, **options)

        AsyncSession.flush = flush
        try:
            answer = await _attempt(PostService(session).create_posts([_post(t) for t in titles]))
        finally:
            AsyncSession.flush = original
        answer["open"] = session.in_transaction()
        await session.commit()  # a caller who goes on as if nothing had been
    return answer


async def register(users):
    """Register users, each in a session of its own."""
    from app.schemas import UserCreate
    from app.services import UserService

    answers = []
    async with _sessions() as sessions:
        for user in users:
            async with sessions() as session:
                given = UserCreate(**user)
                answers.append(await _attempt(UserService(session).create_user(given)))
    return answers


def imports():
    """Which modules each layer imports, as an import graph of the learner's package says."""
    import grimp

    graph = grimp.build_graph("app", include_external_packages=True, cache_dir=None)
    layers = ("services", "repositories", "models", "schemas", "exceptions", "utils")
    return {
        module: sorted(graph.find_modules_directly_imported_by(module))
        for module in sorted(graph.modules)
        if module.startswith("app.") and module.split(".")[1] in layers
    }
