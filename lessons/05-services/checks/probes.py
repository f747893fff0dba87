"""Uses the learner's services on a real database. Every answer is plain JSON."""

import asyncio
import inspect
import re
import resource
import sys
import time
import warnings
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import datetime

FIELDS = ("id", "title", "content", "published", "user_id", "email", "name")
TIMES = ("created_at", "updated_at")

WRITING = re.compile(r"\s*(INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)

current: ContextVar[dict | None] = ContextVar("current", default=None)
"""What the database has seen of the call that runs."""


@asynccontextmanager
async def _sessions():
    from app.config import get_settings
    from app.database import create_engine, create_session_factory

    engine = create_engine(get_settings())
    try:
        yield create_session_factory(engine)
    finally:
        await engine.dispose()


def _post(title, user_id=7, content="Some content", **more):
    from app.schemas import PostCreate

    return PostCreate(title=title, content=content, user_id=user_id, **more)


async def _attempt(call):
    """What became of a call: what it gave, or the error; and what the database saw of it."""
    from app.exceptions import ConflictError, DomainError, NotFoundError

    seen = {"refusals": 0, "commits": 0, "wrote": False}
    token = current.set(seen)
    try:
        found = call()
        if not inspect.isawaitable(found):
            return {"error": None, "value": _facts(found), "kind": "no async method", **seen}
        found = await found
    except NotImplementedError:
        raise
    except Exception as error:
        family = {"NotFoundError": NotFoundError, "ConflictError": ConflictError}
        return {
            "error": type(error).__name__,
            "is": [name for name, cls in family.items() if isinstance(error, cls)],
            "domain": isinstance(error, DomainError),
            "message": _text(error),
            "causes": _classes(error, "__cause__"),
            "contexts": _classes(error, "__context__"),
            **seen,
        }
    finally:
        current.reset(token)
    return {"error": None, "value": _facts(found), "kind": type(found).__name__, **seen}


def _classes(error, link):
    """The classes of an exception's causes, or of what was being handled as it was raised."""
    names, found = [], getattr(error, link)
    while found is not None and len(names) < 100:
        names += [cls.__name__ for cls in type(found).__mro__]
        found = getattr(found, link)
    return names


def _text(error):
    first = str(error).partition("\n[SQL:")[0].partition("\n(Background on")[0][:300]
    return first.encode("utf-8", "replace").decode()


def _facts(found):
    """A row's columns, a page's items and total, or None for what is neither."""
    if isinstance(found, list | tuple):
        return [_facts(each) for each in found]
    if hasattr(found, "items") and hasattr(found, "total") and hasattr(found, "params"):
        items = found.items if isinstance(found.items, list | tuple) else None
        bounds = (getattr(found.params, name, None) for name in ("limit", "offset"))
        params = [bound if isinstance(bound, int) else None for bound in bounds]
        items = None if items is None else _facts(items)
        total = found.total if isinstance(found.total, int) else f"a {type(found.total).__name__}"
        return {"items": items, "total": total, "params": params}
    if not hasattr(type(found), "__table__"):
        return None
    facts = {}
    for name in (*FIELDS, *TIMES, "author"):
        if not hasattr(type(found), name):
            continue
        try:
            value = getattr(found, name)
            if name == "author":
                value = value and {"id": value.id, "name": value.name}
            elif isinstance(value, datetime):
                value = value.isoformat()
            elif not isinstance(value, str | int | None):
                value = f"a {type(value).__name__}"
        except Exception as error:
            value = f"{type(error).__name__}: {_text(error).splitlines()[0]}"
        facts[name] = value
    return facts


def family():
    """The errors of `app.exceptions`, and what they are made of."""
    from app import exceptions
    from app.exceptions import ConflictError, DomainError, NotFoundError

    text = "No {title} of 100 % 'here'."
    answer = {}
    for cls in (DomainError, NotFoundError, ConflictError):
        code = getattr(cls, "code", None)
        one, two = cls(text), cls("Another message.")
        answer[cls.__name__] = {
            "above": [each.__name__ for each in cls.__mro__[1:]],
            "text": _text(one),
            "message": str(getattr(one, "message", None)),
            "code": code if isinstance(code, str) else None,
            "codes": [str(getattr(each, "code", None)) for each in (one, two)],
        }
    names = [
        name
        for name, value in vars(exceptions).items()
        if isinstance(value, type) and issubclass(value, Exception)
    ]
    return {"errors": answer, "names": names, "given": text}


async def offered():
    """What the two services offer, made with a session alone."""
    from app.services import PostService, UserService

    async with _sessions() as sessions, sessions() as session:
        for service in (PostService, UserService):
            service(session)
    return {
        service.__name__: sorted(
            name for name, _ in inspect.getmembers(service, callable) if not name.startswith("_")
        )
        for service in (PostService, UserService)
    }


async def calls(steps, fresh=True, fault=None):
    """Run `[service, method, arguments]` one after the other, each in a session of its own.

    Where not `fresh`, all in one. An id may be `{"of": n}`: that of what step `n` gave back.
    A `fault` waits in the database: see `_Fault`. Where the last call fails, its session is
    committed, as by a caller who goes on as if nothing had been.
    """
    async with _sessions() as sessions:
        return await _case(sessions, steps, fresh, fault)


async def _case(sessions, steps, fresh=True, fault=None):
    waiting = _Fault(**fault) if fault else None
    with _watched(waiting):
        answers = await _run(steps, sessions, fresh, waiting)
    return {
        "answers": answers,
        "fired": bool(waiting and waiting.fired),
        "locked": bool(waiting and waiting.locked),
    }


async def cases(given):
    """`calls` for each of several cases, and what the tables hold after it."""
    found = []
    async with _sessions() as sessions:
        for case in given:
            answer = await _case(sessions, **case)
            async with sessions() as session:
                answer["after"] = await _held(session)
            found.append(answer)
    return found


async def _held(session):
    from sqlalchemy import text

    columns = {"posts": "id, title, content, published, user_id", "users": "id, email, name"}
    held = {}
    for table, names in columns.items():
        result = await session.execute(text(f"SELECT {names} FROM {table} ORDER BY id"))
        held[table] = [list(row) for row in result]
    return held


async def _run(steps, sessions, fresh, waiting):
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
    session = None
    for service, method, said in steps:
        if session is None or fresh:
            if session is not None:
                await session.close()
            session = sessions()
        arguments = dict(said)
        if isinstance(said.get("id"), dict):
            made = answers[said["id"]["of"]].get("value")
            arguments["id"] = made["id"] if isinstance(made, dict) and "id" in made else 0
        given = makers.get(method, lambda a: [a["id"]])(arguments)
        answers.append(await _attempt(_call(services[service](session), method, given)))
    if session is not None:
        if waiting:
            waiting.over = True
        try:
            if answers[-1]["error"]:
                await session.commit()
        except Exception:  # a session that refuses until it is rolled back has nothing to commit
            await session.rollback()
        await session.close()
    return answers


def _call(service, method, given):
    return lambda: getattr(service, method)(*given)


class _NotNull(Exception):
    """As the drivers tell of a column that may not be NULL."""

    sqlite_errorcode, sqlite_errorname = 1299, "SQLITE_CONSTRAINT_NOTNULL"
    sqlstate = pgcode = "23502"

    def __init__(self):
        super().__init__("NOT NULL constraint failed: journal.entry")


class _Check(Exception):
    """As the drivers tell of a CHECK that said no."""

    sqlite_errorcode, sqlite_errorname = 275, "SQLITE_CONSTRAINT_CHECK"
    sqlstate = pgcode = "23514"

    def __init__(self):
        super().__init__("CHECK constraint failed: balanced")


BROKEN = {"NOT NULL": _NotNull, "CHECK": _Check}


class _Fault:
    """Something that goes wrong in the database, before the first write of a kind.

    `before` is a pattern of that statement, or `COMMIT`. With `run`, others are quicker: their
    statements are committed over another connection; where a lock keeps them out, so be it. With
    `breaks`, the statement breaks a constraint of that kind; with neither, it fails as it does on a
    disk that is full. `holding` is a value without which a statement is not meant.
    """

    def __init__(self, before, run=(), holding="", breaks=""):
        self.before, self.statements, self.holding = re.compile(before, re.IGNORECASE), run, holding
        self.breaks = breaks
        self.fired = self.locked = self.over = False

    def meets(self, statement, parameters=""):
        if self.over or (self.fired and self.statements) or not self.before.match(statement):
            return False
        return self.holding in str(parameters)

    def happen(self):
        from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
        from sqlalchemy.util.concurrency import await_only

        self.fired = True
        if self.breaks:
            raise IntegrityError("", {}, BROKEN[self.breaks]())
        if not self.statements:
            raise OperationalError("", {}, Exception("disk I/O error"))
        self.over = True
        try:
            await_only(self._others())
        except DBAPIError:
            self.locked = True

    async def _others(self):
        from app.config import get_settings
        from app.database import create_engine

        engine = create_engine(get_settings())
        patience = "PRAGMA busy_timeout = 300"
        if engine.dialect.name != "sqlite":
            patience = "SET lock_timeout = '300ms'"
        try:
            async with engine.connect() as connection:
                await connection.exec_driver_sql(patience)
                for statement in self.statements:
                    await connection.exec_driver_sql(statement)
                await connection.commit()
        finally:
            await engine.dispose()


@contextmanager
def _watched(fault=None):
    """Note each call's commits of something written, and constraints that said no.

    Where the checker deletes a row, SQLAlchemy's advice on a DELETE that meets none is no news.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.exc import SAWarning

    def execute(connection, cursor, statement, parameters, context, executemany):
        if fault and fault.meets(statement.strip(), parameters):
            fault.happen()
        if WRITING.match(statement):
            _noted(wrote=True)

    def commit(connection):
        if fault and fault.meets("COMMIT"):
            fault.happen()
        _noted(wrote=False, commits=1)

    def rollback(connection):
        _noted(wrote=False)

    hooks = {
        "before_cursor_execute": execute,
        "commit": commit,
        "rollback": rollback,
        "handle_error": _refused,
    }
    for name, hook in hooks.items():
        event.listen(Engine, name, hook)
    try:
        with warnings.catch_warnings():
            if fault and fault.statements:
                warnings.filterwarnings("ignore", "DELETE statement on table", SAWarning)
            yield
    finally:
        for name, hook in hooks.items():
            event.remove(Engine, name, hook)


def _noted(*, wrote, commits=0):
    """A commit counts where something was written since the last."""
    if seen := current.get():
        seen["commits"] += commits * seen["wrote"]
        seen["wrote"] = wrote


def _refused(context):
    from sqlalchemy.exc import IntegrityError

    seen = current.get()
    if seen and isinstance(context.sqlalchemy_exception, IntegrityError):
        seen["refusals"] += 1


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
                answer = await _attempt(lambda: service.create_post(_post(title)))
                after = await _attempt(lambda: service.list_posts(PageParams()))
                return [answer, after["error"]]

        with _watched():
            return await asyncio.gather(*(write() for _ in range(number)))


async def register(users):
    """Register users, each in a session of its own; what that costs the processor, in seconds.

    `all` is what a registration takes more than a list does, `loop` how much of it in the event
    loop's thread, each the least that was measured. `children`: whether processes do the work.
    """
    import multiprocessing

    from app.schemas import UserCreate
    from app.services import UserService
    from app.utils.pagination import PageParams

    async with _sessions() as sessions:

        async def measured(make):
            async with sessions() as session:
                call = make(session)
                everything, here = _processor(), time.thread_time()
                answer = await _attempt(call)
                return answer, _processor() - everything, time.thread_time() - here

        def listing(session):
            return lambda: UserService(session).list_users(PageParams())

        def registering(user):
            given = UserCreate(**user)
            return lambda session: lambda: UserService(session).create_user(given)

        await measured(listing)
        plain = [await measured(listing) for _ in range(3)]
        made = [await measured(registering(user)) for user in users]
    return {
        "answers": [answer for answer, _, _ in made],
        "all": min(all_ for _, all_, _ in made) - min(all_ for _, all_, _ in plain),
        "loop": min(loop for _, _, loop in made) - min(loop for _, _, loop in plain),
        "children": bool(multiprocessing.active_children()),
    }


async def handed(user):
    """What `hash_password` is called with while a user is registered."""
    from app.schemas import UserCreate
    from app.services import UserService
    from app.utils import passwords

    original, seen = passwords.hash_password, []

    def noted(*args, **kwargs):
        seen.extend([*args, *kwargs.values()][:1])
        return original(*args, **kwargs)

    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "app":
            for attribute in [each for each, value in vars(module).items() if value is original]:
                setattr(module, attribute, noted)
    async with _sessions() as sessions, sessions() as session:
        await UserService(session).create_user(UserCreate(**user))
    return [_told(each) for each in seen]


def _told(password):
    if isinstance(password, bytes):
        return password.decode(errors="replace")
    secret = getattr(password, "get_secret_value", None)
    return str(secret() if secret else password)


async def hashed(password):
    """What `hash_password` gives, twice."""
    from app.utils.passwords import hash_password

    found = []
    for _ in range(2):
        made = hash_password(password)
        found.append(await made if inspect.isawaitable(made) else made)
    return [each if isinstance(each, str) else f"a {type(each).__name__}" for each in found]


def _processor():
    """Seconds that this process and those that it has waited for have used."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def imports():
    """What each module of a layer imports, as an import graph of the learner's package says; then
    what those import that are in no layer, and `through` which modules they are reached."""
    import grimp

    graph = grimp.build_graph("app", include_external_packages=True, cache_dir=None)
    layers = ("services", "schemas", "repositories", "models", "exceptions")
    within = {
        name: layer
        for name in sorted(graph.modules)
        for layer in layers
        if name == f"app.{layer}" or name.startswith(f"app.{layer}.")
    }
    waiting = [(name, layer, []) for name, layer in within.items()]
    known, found = set(within), []
    while waiting:
        module, layer, through = waiting.pop(0)
        for imported in sorted(graph.find_modules_directly_imported_by(module)):
            details = graph.get_import_details(importer=module, imported=imported)
            line = details[0]["line_number"] if details else None
            said = {"importer": module, "imported": imported, "line": line}
            found.append({**said, "layer": layer, "through": through})
            for each in _run_by(imported, graph.modules):
                if each not in known:
                    known.add(each)
                    waiting.append((each, layer, [*through, module]))
    return found


def _run_by(imported, modules):
    """The modules of the package that an import runs: a module, and the folders that it is in."""
    parts = imported.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return [name for name in names if parts[0] == "app" and name in modules]
