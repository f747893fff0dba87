"""What nobody expected: answered, logged, and told to nobody else."""

import ast
import json

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Http, Probe, Project, Source, dotted, summarize
from kit import POSTS, USERS, PostsApi, bearer, origins

HEADER = "X-Request-ID"
PROBLEM = "application/problem+json"
TELLING = ("Traceback", "RuntimeError", "KeyError", 'File "', "app/services", "site-packages")


@pytest.fixture
def broken(http: Http, api: PostsApi, project: Project, rng):
    """The service with services that always fail: the marks in its exception, an origin."""
    number = rng.randrange(10**9)
    marks = {"outer": f"mark-{number}-outer", "inner": f"mark-{number}-inner"}
    http.inside("break_services", doing="making the services raise", **marks)
    return {**marks, "origin": origins(project.env)[-1], "id": f"request-{number}"}


@check(
    title="An unexpected error is a 500 that tells the client nothing but the id",
    items=["principle.error-handling", "antipattern.missing-error-handling"],
    why="An exception's text holds statements, paths and values: a map for whoever attacks you.",
    read="What must not get out",
    needs=["07.id-made"],
)
def test_unexpected(http: Http, broken):
    for method, url, options in (
        ("GET", POSTS, {}),
        ("DELETE", f"{POSTS}/1", {}),
        ("GET", f"{USERS}/1", {}),
    ):
        response = http.request(method, url, **options)
        internal = (broken["outer"], broken["inner"], *TELLING)
        leaked = [text for text in internal if text in response.text]
        expect(
            response.status_code == 500 and not leaked,
            seen=f"The checker had the services raise RuntimeError({broken['outer']!r}), and"
            f" {method} {url} was answered with {summarize(response, caused=False)}",
            wanted="500 and a sentence of your own, without the exception's text.",
        )
        kind = response.headers.get("content-type", "").partition(";")[0]
        document = response.json() if kind == "application/problem+json" else {}
        expect(
            document.get("status") == 500
            and document.get("request_id") == response.headers.get(HEADER, ""),
            seen=f"The 500 is {kind or 'without a content type'}, its {HEADER} is"
            f" {response.headers.get(HEADER)}: {summarize(response, caused=False)}",
            wanted="application/problem+json as for every error, with the request's id in it and"
            " in the header.",
        )


@check(
    title="The cause of a 500 is in the log, with the request's id",
    items=["topic.error-handling", "antipattern.missing-error-handling"],
    why="What is told to nobody, and written nowhere, never happened: until the next customer.",
    read="What must be in the log",
    needs=["07.unexpected", "07.id-kept"],
)
def test_logged(http: Http, broken, rng):
    forged = f"forged {rng.randrange(10**9):09}"  # a blank: no id that may be kept
    for given, url in ((broken["id"], POSTS), (forged, USERS)):
        marks = {name: broken[name] for name in ("outer", "inner")}
        http.inside("break_services", doing="making the services raise", **marks)
        answered = http.get(url, headers={HEADER: given}).headers.get(HEADER, "")
        stopped = http.stop()
        printed = stopped.printed if stopped else ""
        for mark, name in (
            (broken["outer"], "exception's text"),
            (broken["inner"], "text of its cause"),
        ):
            expect(
                mark in printed and "Traceback" in printed,
                seen=f"The server's output does not hold the {name}, {mark}"
                f"{' with a traceback' if mark in printed else ''}.",
                wanted='logger.exception("…"), which adds the traceback and its causes.',
            )
        expect(
            given == answered or given not in printed,
            seen=f"A request with {HEADER}: {given}, which is no id that may be kept, failed, and"
            " the server's output holds what it sent.",
            wanted=f"The id that the response has, request_id.get(), which is {answered} here.",
            why="What a stranger sends can fill your log, or forge lines in it, and the id that the"
            " client was given leads nowhere.",
        )
        expect(
            answered in printed,
            seen=f"The server's output holds the exception and not the id {answered}.",
            wanted="The id that the response has in the line of the log: request_id.get().",
        )


@check(
    title="A browser may read a 500 and its id, as it may read a 200",
    items=["topic.error-handling", "structure.middleware"],
    why="Without CORS headers the browser shows a network error, and your front end knows nothing.",
    read="The order of middleware",
    needs=["07.unexpected"],
)
def test_browser(http: Http, broken):
    response = http.get(POSTS, headers={"Origin": broken["origin"]})
    allowed = response.headers.get("access-control-allow-origin")
    expect(
        allowed == broken["origin"],
        seen=f"The 500 of a request from {broken['origin']} has"
        f" access-control-allow-origin: {allowed}.",
        wanted="The origin, as on every response: what makes the 500 stands inside CORS.",
    )
    exposed = response.headers.get("access-control-expose-headers", "")
    expect(
        HEADER.lower() in exposed.lower() or exposed.strip() == "*",
        seen=f"access-control-expose-headers is {exposed!r}.",
        wanted=f"expose_headers with {HEADER}: else a script in the page cannot read it.",
    )
    elsewhere = http.get("/api/v1/nowhere", headers={"Origin": broken["origin"]})
    exposed = elsewhere.headers.get("access-control-expose-headers", "")
    expect(
        "location" in exposed.lower().replace(",", " ").split() or exposed.strip() == "*",
        seen=f"access-control-expose-headers of a 404 is {exposed!r}.",
        wanted=f"expose_headers with {HEADER} beside Location, which lesson 06 had.",
        why="A page that has created something is not told where it is any more.",
    )
    asked = {
        "Origin": broken["origin"],
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": f"authorization, content-type, {HEADER.lower()}",
    }
    preflight = http.request("OPTIONS", POSTS, headers=asked)
    expect(
        preflight.is_success,
        seen=f"A page that wants to send {HEADER} is told {summarize(preflight, caused=False)}",
        wanted=f"200: allow_headers with {HEADER} beside Authorization and Content-Type, so that a"
        " page may send an id of its own.",
    )
    foreign = http.get(POSTS, headers={"Origin": "https://evil.example"})
    allowed = foreign.headers.get("access-control-allow-origin")
    expect(
        allowed is None,
        seen=f"The 500 of a request from https://evil.example has"
        f" access-control-allow-origin: {allowed}.",
        wanted="No such header for a foreign origin, on errors either.",
    )


@check(
    title="What is no HTTP request passes through as it is",
    items=["structure.middleware"],
    why="The server's start and WebSockets come through a middleware too, and have no method.",
    read="An id for every request",
)
def test_startup(probe: Probe, rng):
    mark = f"mark-{rng.randrange(10**9)}"
    for probed, where, prefix in (
        ("fail_to_start", "lifespan", "lifespan."),
        ("fail_in_socket", "WebSocket's handler", "websocket."),
    ):
        seen = probe(probed, doing=f"making the {where} fail", expects=dict, message=mark)
        sent = seen["sent"] if isinstance(seen["sent"], list) else []
        expect(
            seen["error"] == f"RuntimeError: {mark}"
            and all(str(each).startswith(prefix) for each in sent),
            seen=f"The checker had the {where} raise RuntimeError({mark!r}), and the server got"
            f" {seen['error'] or 'no exception'}"
            f" and the messages {', '.join(map(str, sent)) or 'none'}.",
            wanted='Its own error, and nothing sent: if scope["type"] != "http", await'
            " self.app(scope, receive, send) and nothing else.",
        )
    seen = probe("fail_in_socket", doing="opening and closing a WebSocket", expects=dict)
    sent = seen["sent"] if isinstance(seen["sent"], list) else []
    expect(
        seen["error"] is None and sent == ["websocket.accept", "websocket.close"],
        seen="A WebSocket that is opened and closed sends"
        f" {', '.join(map(str, sent)) or 'nothing'}"
        + (f", and ends in {seen['error']}." if seen["error"] else "."),
        wanted='websocket.accept, websocket.close: if scope["type"] != "http", await'
        " self.app(scope, receive, send) once, and return.",
    )


@check(
    title="A response that has begun is not answered a second time",
    items=["topic.error-handling", "structure.middleware"],
    why="Two beginnings of one response break the connection, and hide what went wrong.",
    read="What must be in the log",
)
def test_begun(probe: Probe, rng):
    mark, forged = f"mark-{rng.randrange(10**9)}", f"forged {rng.randrange(10**9):09}"
    early, seen = (
        probe(
            "fail_in_response",
            doing="failing while a response is sent",
            expects=dict,
            message=mark,
            header=HEADER,
            given=forged,
            begun=begun,
        )
        for begun in ([], ["the beginning"])
    )
    sent = early["sent"] if isinstance(early["sent"], list) else []
    expect(
        [each for each in sent if isinstance(each, int)] == [200] and early["error"] is not None,
        seen="The checker had a route fail after the status of its response and before its body;"
        f" what was sent is {', '.join(map(str, sent)) or 'nothing'}, and"
        f" {early['error'] or 'no exception'} came out.",
        wanted="The response has begun with http.response.start: if started: raise.",
    )
    starts = [sent for sent in seen["sent"] if isinstance(sent, int)]
    expect(
        starts == [200] and seen["error"] is not None,
        seen="The checker had a route fail after the beginning of its response; what was sent is"
        f" {', '.join(map(str, seen['sent'])) or 'nothing'}, and"
        f" {seen['error'] or 'no exception'} came out.",
        wanted="One http.response.start, and the exception raised again: if started: raise.",
    )
    for part, what in ((mark, "exception"), (seen["header"], "request's id")):
        expect(
            part is None or str(part) in str(seen["logged"]),
            seen="The checker had a route fail after the beginning of its response, and the log"
            f" does not hold the {what}, {part}.",
            wanted="logger.exception(…) with the id first, and then: if started: raise.",
            why="A response that breaks off tells the client nothing: only the log can.",
        )
    expect(
        forged not in str(seen["logged"]),
        seen=f"A request came with {HEADER}: {forged}, which is no id that may be kept; its"
        " response failed after its beginning, and this stands in the log.",
        wanted="The id that the response has, request_id.get(), and nothing of the client's.",
        why="What a stranger sends can fill your log, or forge lines in it.",
    )
    _expect_apart(probe, mark)


@check(
    title="A cancelled request ends, and nobody answers for it",
    items=["topic.error-handling"],
    why="Who catches a cancellation keeps the work of a client that has gone, and blocks shutdown.",
    read="What is no error",
)
def test_cancelled(probe: Probe, source: Source, api: PostsApi, project: Project):
    migrated = api.database
    migrated.execute(
        "INSERT INTO users (id, email, name, hashed_password) VALUES (7, 'a@b.org', 'Ada', '')"
    )
    migrated.execute(
        "INSERT INTO posts (id, title, content, user_id) VALUES (1007, 'Old', 'Some', 7)"
    )
    post = json.dumps(api.as_taken({"title": "New", "content": "Some", "user_id": 7}))
    user = '{"name": "Alan", "email": "b@b.org", "password": "correct horse"}'
    asked = [
        ("GET", "/api/v1/posts", "", "SELECT"),
        ("GET", "/api/v1/users", "", "SELECT"),
        ("POST", "/api/v1/posts", post, "INSERT"),
        ("POST", "/api/v1/users", user, "INSERT"),
        ("PATCH", "/api/v1/posts/1007", '{"title": "Other"}', "UPDATE"),
        ("PATCH", "/api/v1/users/7", '{"name": "Other"}', "UPDATE"),
        ("DELETE", "/api/v1/posts/1007", "", "DELETE"),
        ("DELETE", "/api/v1/users/7", "", "DELETE"),
    ]
    answers = probe(
        "cancel_requests",
        doing="cancelling requests that wait",
        asked=asked,
        headers=bearer(7, project.env),
    )
    for (method, path, _, statement), seen in zip(asked, answers, strict=True):
        expect(
            seen["begun"],
            seen=f"{method} {path} sent no {statement} to the database: it ended with"
            f" {', '.join(map(str, seen['sent'])) or seen['error'] or 'nothing'}.",
            wanted=f"A request that waits for its {statement}.",
        )
        expect(
            seen["cancelled"] and not seen["sent"],
            seen=f"The task of {method} {path} was cancelled while its {statement} waited, and "
            + (f"raised {seen['error']}" if seen["error"] else "went on")
            + (f"; it sent {', '.join(map(str, seen['sent']))}" if seen["sent"] else "")
            + ".",
            wanted="CancelledError passes through: except Exception, never except BaseException.",
        )
    for module in source.package("app"):
        ending = {id(each) for node in module.walk() for each in _ending_own_tasks(node)}
        for node in module.walk():
            caught = _too_much(node)
            expect(
                not caught or id(node) in ending,
                seen=f"{caught} catches cancellation too, and does not raise it again.",
                wanted="except Exception, or a bare raise at the end of the block.",
                at=module.at(node),
            )


def _expect_apart(probe: Probe, mark: str) -> None:
    """Whether a response has begun is known of each request by itself."""
    seen = probe(
        "fail_side_by_side",
        doing="failing in requests at the same moment",
        expects=list[dict],
        message=mark,
    )
    for number, status in ((1, 500), (0, 200), (2, 200)):
        begun = status == 200
        sent, error, kind = (seen[number][name] for name in ("sent", "error", "header"))
        told = sent if isinstance(sent, list) else []
        statuses = [each for each in told if isinstance(each, int)]
        expect(
            statuses == [status] and (bool(error) if begun else str(kind).startswith(PROBLEM)),
            seen=f"A request failed {'after' if begun else 'before'} the beginning of its response,"
            f" while {'a request' if begun else 'the response'} of another was under way; what was"
            f" sent is {', '.join(map(str, told)) or 'nothing'}, as {kind or 'nothing'}, and"
            f" {error or 'no exception'} came out.",
            wanted=(
                "One http.response.start, and the exception raised again"
                if begun
                else f"A 500, as {PROBLEM}"
            )
            + ": whether a response has begun is a variable of __call__, and not of the"
            " middleware, of which there is one for all requests.",
            why="It happens only when many use the service, and nobody finds it afterwards.",
        )


def _ending_own_tasks(function: ast.AST) -> list[ast.ExceptHandler]:
    """Handlers of a function that take the CancelledError of tasks which it has itself cancelled,
    and awaits: `task.cancel()`, then `try: await task`, then `except CancelledError`."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    inner = list(ast.walk(function))
    cancelled = {
        dotted(node.func.value)
        for node in inner
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "cancel"
    }
    for loop in inner:  # for task in tasks: task.cancel()
        if isinstance(loop, ast.For) and dotted(loop.target) in cancelled:
            cancelled.add(dotted(loop.iter))
    found = []
    for block in inner:
        if not isinstance(block, ast.Try):
            continue
        awaited = [getattr(each, "value", None) for each in block.body]
        if all(isinstance(each, ast.Await) and _names(each) & cancelled for each in awaited):
            found += [each for each in block.handlers if each.type and not _widest(each.type)]
    return found


def _widest(kind: ast.expr) -> bool:
    return "BaseException" in _names(kind)


def _names(node: ast.AST) -> set[str]:
    inner = ast.walk(node)
    return {dotted(each) for each in inner if isinstance(each, ast.Name | ast.Attribute)} - {""}


def _too_much(node: ast.AST) -> str:
    """How something says that it swallows a cancellation, or empty."""
    if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] == "suppress":
        names = [dotted(each).split(".")[-1] for each in node.args]
        return "suppress(BaseException)" if "BaseException" in names else ""
    if not isinstance(node, ast.ExceptHandler):
        return ""
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    names = ["" if kind is None else dotted(kind).split(".")[-1] for kind in kinds]
    wide = [name for name in names if name in ("", "BaseException", "CancelledError")]
    raises = [inner.exc for inner in ast.walk(node) if isinstance(inner, ast.Raise)]
    again = [exc for exc in raises if exc is None or ast.unparse(exc) == node.name]
    if not wide or again:
        return ""
    return f"except {wide[0]}".strip()
