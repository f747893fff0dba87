"""Dependencies: how they are declared, and the life of a request's session."""

import ast

from checker.judge import check, expect
from checker.judge.evidence import Http, Probe, Source, dotted, summarize
from kit import POSTS, USERS, PostsApi

YIELDING = {"Iterator", "Generator", "Iterable"}
PARAMETERS = {"Depends", "Query", "Path", "Header", "Cookie", "Body", "Security"}


@check(
    title="A dependency that yields says so in its type",
    items=["principle.dependency-injection", "structure.dependencies"],
    why="The annotation of a function that yields is what the caller iterates over, and mypy asks.",
    read="What the routes ask for",
    errata=["E14"],
)
def test_yields(source: Source):
    for module in source.package("app.dependencies"):
        for name, function in module.functions.items():
            if not any(isinstance(node, ast.Yield) for node in _own_nodes(function)):
                continue
            kind = function.returns
            if isinstance(kind, ast.Subscript):
                kind = kind.value
            told_kind = ast.unparse(function.returns) if function.returns else "nothing"
            prefix = "Async" if isinstance(function, ast.AsyncFunctionDef) else ""
            expect(
                kind is not None and dotted(kind).split(".")[-1] in {prefix + n for n in YIELDING},
                seen=f"{name} yields, and is annotated with {told_kind}.",
                wanted=f"-> {prefix}Iterator[AsyncSession]",
                at=module.at(function),
            )


@check(
    title="Dependencies and parameters are declared with Annotated",
    items=["principle.dependency-injection"],
    why="As a default value it makes the parameter look optional to everyone but FastAPI.",
    read="What the routes ask for",
    errata=["E16"],
)
def test_annotated(source: Source):
    for module in source.modules("app/**/*.py"):
        for function in module.walk():
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for default in (*function.args.defaults, *function.args.kw_defaults):
                old = (
                    isinstance(default, ast.Call)
                    and dotted(default.func).split(".")[-1] in PARAMETERS
                )
                expect(
                    not old,
                    seen=f"{function.name} has the default value {ast.unparse(default)}."
                    if default
                    else "",
                    wanted="Annotated[PostService, Depends(get_post_service)], named once:"
                    " PostServiceDep.",
                    at=module.at(default) if default else None,
                )


@check(
    title="get_db gives a session of the application's database",
    items=["structure.dependencies"],
    why="It is the one door to the database: what a request does, it does in the session from it.",
    read="What the routes ask for",
    needs=["06.serves"],
)
def test_session(probe: Probe, api: PostsApi, rng):
    email = f"user{rng.randrange(10**9)}@example.com"
    sql = "INSERT INTO users (email, name, hashed_password) VALUES (?, 'Ada', 'x')"
    api.database.execute(sql, email)
    seen = probe("given_session", doing="asking for get_db in a route")
    expect(
        bool(seen["given"]),
        seen=f"A route that asks for get_db alone was answered with {seen['status']}, and never"
        " ran.",
        wanted="Its session: get_db asks for the request, and for nothing that a client must send.",
    )
    [given] = seen["given"]
    expect(
        given["users"] == [email],
        seen=f"A route that asks for get_db is given an object of the class {given['kind']}"
        + (
            f", which finds the users {given['users']} where {email} is."
            if given["users"] is not None
            else "."
        ),
        wanted="An AsyncSession, from the factory that the lifespan has made: async with"
        " request.app.state.session_factory() as session: yield session.",
    )


@check(
    title="Every endpoint gets its session through get_db",
    items=["principle.dependency-injection", "structure.dependencies"],
    why="What is injected can be replaced: a test gives get_db another database in one line.",
    read="What the routes ask for",
    needs=["06.updated", "06.deleted"],
)
def test_injected(http: Http, api: PostsApi):
    user = api.user()
    post = api.post(user)
    http.inside("replace_get_db", doing="overriding get_db in app.dependency_overrides")
    for method, url, options in api.requests(user, post):
        response = http.request(method, url, **options)
        expect(
            response.status_code == 418,
            seen=f"With get_db overridden, {method} {url} was answered with {summarize(response)}:"
            " it does not use the replacement.",
            wanted="A session from get_db in app/dependencies.py, by Depends, in every route.",
        )


@check(
    title="Every session is closed with its request, and the pool is whole again",
    items=["structure.dependencies", "topic.fastapi-patterns"],
    why="Each session left open holds a connection; when the pool is empty, every request waits.",
    read="The life of a session",
    needs=["06.updated", "06.deleted"],
)
def test_session_closed(http: Http, api: PostsApi):
    http.start(setup="count_sessions")
    user, other = api.user(), api.user()
    post = api.post(user)
    sent = [
        *api.requests(user, post)[:-1],
        ("GET", f"{POSTS}/999", {}),
        ("POST", USERS, {"json": {}}),
        ("PATCH", f"{USERS}/{other['id']}", {"json": {"email": user["email"]}}),
        ("DELETE", f"{USERS}/{user['id']}", {}),
    ]
    for method, url, options in sent:
        http.request(method, url, **options)
    http.together([("GET", POSTS, {})] * 12)
    seen = http.inside("left_open", doing="looking at the engine's pool")
    asked = len(sent) + 1 + 12 - 1  # a body that is refused needs no session
    expect(
        seen["sessions"] >= asked,
        seen=f"{asked} requests used {seen['sessions']} sessions.",
        wanted="A session of its own for every request.",
    )
    most = len(sent) + 12 + 3 + 2  # three made the rows; two, an application may ask at its start
    expect(
        seen["sessions"] <= most,
        seen=f"{len(sent) + 12 + 3} requests used {seen['sessions']} sessions.",
        wanted="One for each request: whatever it needs shares what get_db gives.",
        why="Two sessions of one request see two states of the database, and need two connections.",
    )
    expect(
        seen["unclosed"] == 0 and seen["connections"] == 0,
        seen=f"After {asked} requests, {seen['unclosed']} of {seen['sessions']} sessions were"
        f" never closed and {seen['connections']} connections are out of the pool.",
        wanted="async with session_factory() as session: yield session",
    )


@check(
    title="When the commit fails, the client gets 500 and not 201",
    items=["structure.dependencies", "topic.fastapi-patterns"],
    why="A 201 for what is not in the database is the one answer that a client cannot repair.",
    read="The life of a session",
    errata=["E39"],
    needs=["06.created"],
)
def test_commit_failure(http: Http, api: PostsApi):
    http.start(setup="watch_commits")
    user = api.user()
    post = api.post(user)
    tables = ("SELECT * FROM users ORDER BY id", "SELECT * FROM posts ORDER BY id")
    for error, cause, wanted, why, errata in (
        (
            "OperationalError",
            "",
            "the service commits, before the response is sent, and nobody swallows it.",
            "",
            None,
        ),
        (
            "IntegrityError",
            " for a constraint that has nothing to do with a duplicate",
            "an IntegrityError is a conflict only where is_duplicate says so, as in lesson 05.",
            "A client that is told of a conflict tries other words, and nobody seeks the fault.",
            (),
        ),
    ):
        doing = "making the database refuse to commit"
        http.inside("refuse_commits", doing=doing, error=error)
        before = [api.database.query(sql) for sql in tables]
        for method, url, options in api.requests(user, post):
            if method == "GET":
                continue
            response = http.request(method, url, **options)
            if response.status_code in {404, 405, 422}:  # it came to no commit: its own check's
                continue
            expect(
                response.status_code == 500,
                seen=f"The database refused the commit{cause}, and {method} {url} was answered"
                f" with {summarize(response)}",
                wanted=f"500: {wanted}",
                why=why,
                errata=errata,
            )
            expect(
                [api.database.query(sql) for sql in tables] == before,
                seen=f"After the failed commit of {method} {url} the tables have changed.",
                wanted="Nothing is changed.",
            )


def _own_nodes(function):
    """The nodes of a function's body, without those of functions inside it."""
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
