"""The one shape of every error, and what must not be in it."""

import ast
import json
from http import HTTPStatus

import httpx

from checker.judge import check, expect
from checker.judge.evidence import Http, Source, body, dotted, summarize
from kit import POSTS, USERS, PostsApi

UNKNOWN = 2**31 - 2
LEAKING = ("unique constraint", "constraint failed", "insert into", "integrityerror", "sqlite3")
MEMBERS = {"type": str, "title": str, "status": int, "detail": str, "request_id": str}

OLDER = {422: ("unprocessable entity", "unprocessable content")}
"""The words of a status that changed between versions of Python."""


@check(
    title="The domain's errors are problems: 404 and 409",
    items=["principle.error-handling"],
    why="A client writes one piece of code for your errors, or one for each of their shapes.",
    read="One shape",
    errata=["E05"],
)
def test_domain(http: Http, api: PostsApi):
    user = api.user()
    post = api.post(user)
    problem(http.get(f"{POSTS}/{UNKNOWN}"), 404)
    problem(http.delete(f"{USERS}/{UNKNOWN}"), 404)
    taken = [
        http.post(POSTS, json=api.post_data(user, title=post["title"])),
        http.post(USERS, json=api.user_data(email=user["email"])),
    ]
    for response in taken:
        problem(response, 409)
        text = response.text.lower()
        leaked = [word for word in LEAKING if word in text]
        expect(
            not leaked,
            seen=f"The 409 shows the database's own words: {summarize(response)}",
            wanted="The domain error's message; the cause belongs in the log.",
        )


@check(
    title="A new kind of NotFoundError is 404 without another line of code",
    items=["principle.error-handling"],
    why="The family grows with every feature, and a forgotten entry in a table is a wrong status.",
    read="One shape",
    needs=["07.domain"],
)
def test_family(http: Http, api: PostsApi, rng):
    for base, status in (("NotFoundError", 404), ("ConflictError", 409)):
        message = f"Draft {rng.randrange(10**9)} is gone."
        http.inside("miss_posts", doing=f"raising a kind of {base}", message=message, base=base)
        for url in (POSTS, USERS):
            response = http.get(url)
            expect(
                response.status_code == status,
                seen=f"The checker had the services raise a subclass of {base}, and GET {url}"
                f" was answered with {summarize(response)}",
                wanted=f"{status}: look through the error's ancestors, type(error).__mro__.",
            )
            found = problem(response, status)
            expect(
                found["detail"] == message,
                seen=f"The detail is {found['detail']!r}.",
                wanted=f"The error's message: {message!r}.",
            )


@check(
    title="Only a conflict is 409: what else the database refuses is something else",
    items=["principle.error-handling"],
    why="A client that is told of a taken title tries others, for ever, and nobody looks for the"
    " fault.",
    read="What must be in the log",
    needs=["07.domain", "07.unexpected"],
)
def test_integrity(http: Http, api: PostsApi, rng):
    http.start(setup="delete_authors")
    response = http.post(POSTS, json=api.post_data(api.user()))
    if not response.is_success:  # a transaction that locks its author keeps others out
        expect(
            response.status_code == 404,
            seen="The author of a post was deleted just before the post was stored, and POST"
            f" {POSTS} was answered with {summarize(response)}",
            wanted="404: is_orphan(error) in PostService, as in lesson 05.",
        )
        problem(response, 404)
    http.stop()
    mark = f"mark{rng.randrange(10**9)}"
    column = f"ADD COLUMN {mark} INTEGER DEFAULT 0 CHECK ({mark} > 0 AND {{}} <> '{mark}')"
    for sql in (
        "DELETE FROM posts",
        "DELETE FROM users",
        f"ALTER TABLE users {column.format('name')}",
        f"INSERT INTO users (id, email, name, hashed_password, {mark}) VALUES (9, '', '', '', 1)",
        f"ALTER TABLE posts {column.format('title')}",
        f"INSERT INTO posts (id, title, content, user_id, {mark}) VALUES (9, 'Old', 'Some', 9, 1)",
    ):
        api.database.execute(sql)
    http.start()
    for method, url, data in (
        ("POST", POSTS, api.post_data({"id": 9})),
        ("POST", USERS, api.user_data()),
        ("PATCH", f"{POSTS}/9", {"title": mark}),
        ("PATCH", f"{USERS}/9", {"name": mark}),
    ):
        response = http.request(method, url, json=data)
        rows = "every new row" if method == "POST" else "this change"
        expect(
            response.status_code == 500,
            seen=f"A table has got a constraint that refuses {rows}, and {method}"
            f" {url} was answered with {summarize(response, caused=False)}",
            wanted="500: an IntegrityError that is no duplicate is no conflict, as in lesson 05.",
        )
        found = problem(response, 500)
        expect(
            mark not in response.text and "constraint" not in response.text.lower(),
            seen=f"The 500 shows the database's own words: {found['detail']!r}.",
            wanted="A sentence of your own; the cause belongs in the log.",
        )


@check(
    title="Unknown paths and methods are problems too: 404 and 405",
    items=["topic.error-handling"],
    why="The framework's own errors are answered by handlers that you may replace.",
    read="One shape",
)
def test_unknown(http: Http, api: PostsApi, rng):
    for url in (f"/nowhere-{rng.randrange(10**6)}", f"{POSTS}/1/comments"):
        problem(http.get(url), 404)
    for url in (POSTS, f"{USERS}/1"):
        response = http.request("PUT", url, json={})
        problem(response, 405)
        expect(
            bool(response.headers.get("allow")),
            seen=f"The 405 of PUT {url} has no Allow header.",
            wanted="The methods that are allowed: pass the exception's headers on.",
        )


@check(
    title="A request that is not valid is a problem with errors, and without its input",
    items=["principle.error-handling"],
    why="The input may be a password; echoed, it ends in the client's log and in every proxy's.",
    read="What must not get out",
    errata=["E26"],
)
def test_validation(http: Http, api: PostsApi, rng):
    secret, public = f"s{rng.randrange(10**5):05}", f"p{rng.randrange(10**5):05}"
    http.inside("record_logs", doing="listening to the log")
    nobody = {"name": "Ada", "password": f"{secret} and long enough"}  # the input of what lacks
    asked = [
        (("POST", USERS, {"json": api.user_data(password=secret)}), "password"),
        (("POST", USERS, {"json": nobody}), "email"),
        (("POST", USERS, {"json": api.user_data(email=secret)}), "email"),
        (("GET", f"{POSTS}?limit={public}", {}), "limit"),
        (("GET", f"{POSTS}/{public}", {}), "post_id"),
    ]
    for (method, url, options), field in asked:
        response = http.request(method, url, **options)
        found = problem(response, 422)
        errors = found.get("errors")
        whole = (
            isinstance(errors, list)
            and bool(errors)
            and all(
                isinstance(each, dict)
                and isinstance(each.get("loc"), list)
                and isinstance(each.get("msg"), str)
                for each in errors
            )
        )
        expect(
            whole and any(field in each["loc"] for each in errors),
            seen=f"The 422 of {method} {url} has errors = {errors!r}.",
            wanted=f"A list of objects with loc, a list, and msg, a text, one of which names"
            f" {field}.",
        )
        text = json.dumps({**found, "instance": None})
        for sent in (secret, public):
            expect(
                sent not in text,
                seen=f"The 422 of {method} {url} repeats what was sent, {sent!r}:"
                f" {summarize(response)}",
                wanted="loc and msg of each error, and neither input nor ctx.",
            )
        more = sorted({"input", "ctx", "url"} & {name for each in errors for name in each})
        expect(
            not more,
            seen=f"The errors of the 422 of {method} {url} have {', '.join(more)} as well.",
            wanted="loc and msg of each error: what else pydantic tells is for your eyes.",
            why="ctx holds exceptions, which no JSON can: one refused field, and the answer is a"
            " 500.",
        )
    logged = http.inside("records_with", doing="reading the log", expects=list, parts=[secret])
    expect(
        not logged,
        seen=f"The log holds the password of a request that was not valid: {str(logged[0])!r}."
        if logged
        else "",
        wanted="Nothing of the input in the log, at no level of it: not error.errors(), and not"
        " the body.",
        why="A log is read by many, and kept for long; DEBUG is one variable away.",
    )
    for content in (b"{", b"[]", b"null"):
        headers = {"Content-Type": "application/json"}
        problem(http.post(POSTS, content=content, headers=headers), 422)
    user = api.user()
    post = api.post(user)
    for url, name in ((f"{POSTS}/{post['id']}", "title"), (f"{USERS}/{user['id']}", "name")):
        problem(http.patch(url, json={name: None}), 422)
    stopped = http.stop()
    printed = stopped.printed if stopped else ""
    expect(
        secret not in printed,
        seen=f"The server's output holds the password of a request that was not valid, {secret!r}.",
        wanted="Nothing of the input in the log: not error.errors(), and not the body.",
        why="A log is read by many, and kept for long.",
    )


@check(
    title="Errors are translated in one place, and routes have none of it",
    items=["principle.error-handling", "structure.middleware"],
    why="What every route has to repeat, one route forgets.",
    read="One shape",
    errata=["E27"],
)
def test_one_place(source: Source):
    for module in source.package("app.routes"):
        for node in module.walk():
            expect(
                not isinstance(node, ast.Try | ast.TryStar),
                seen="A route has a try statement of its own.",
                wanted="None: app/middleware/error_handler.py answers what a service raises.",
                at=module.at(node),
            )
    for module in source.modules("app/**/*.py"):
        for node in module.walk():
            name = dotted(node) if isinstance(node, ast.Attribute | ast.Name) else ""
            expect(
                not name.endswith("HTTP_422_UNPROCESSABLE_ENTITY"),
                seen=f"{name} is a deprecated name.",
                wanted="422, HTTPStatus.UNPROCESSABLE_ENTITY or HTTP_422_UNPROCESSABLE_CONTENT.",
                at=module.at(node),
            )
    reached = {module.name for module in source.reached("app.main")}
    expect(
        any(name.startswith("app.middleware") for name in reached),
        seen="app/main.py imports nothing of app/middleware.",
        wanted="from app.middleware.error_handler import … and its handlers installed.",
    )


def problem(response: httpx.Response, status: int) -> dict:
    """The response as a problem of that status. Raises Unmet where it is none."""
    request = response.request
    asked = f"{request.method} {request.url.path}"
    expect(
        response.status_code == status,
        seen=f"{asked} was answered with {summarize(response)}",
        wanted=f"{status}, as a problem.",
    )
    kind = response.headers.get("content-type", "").partition(";")[0]
    expect(
        kind == "application/problem+json",
        seen=f"The {status} of {asked} is {kind or 'without a content type'}:"
        f" {summarize(response)}",
        wanted="application/problem+json with type, title, status, detail and request_id.",
    )
    found = body(response)
    for name, kind in MEMBERS.items():
        expect(
            isinstance(found.get(name), kind) and found[name] != "",
            seen=f"The {status} of {asked} has {name} = {found.get(name, '(absent)')!r}.",
            wanted=f"{name}, {'a number' if kind is int else 'a text'}.",
        )
    expect(
        found["status"] == status,
        seen=f"The {status} of {asked} says status = {found['status']}.",
        wanted="The status of the response.",
    )
    expect(
        status == 422 or "errors" not in found,
        seen=f"The {status} of {asked} has errors = {found.get('errors')!r}.",
        wanted="errors with 422 only: nothing else has any to name.",
    )
    words = {HTTPStatus(status).phrase.lower(), *OLDER.get(status, ())}
    expect(
        found["type"] != "about:blank" or found["title"].lower() in words,
        seen=f"The {status} of {asked} has the title {found['title']!r}.",
        wanted=f"{HTTPStatus(status).phrase!r}, the status in words, where type is about:blank.",
    )
    expect(
        found["type"] == "about:blank"
        or (set(found["type"]) & set(":/") and not found["type"].startswith("about:")),
        seen=f"The {status} of {asked} has the type {found['type']!r}.",
        wanted="about:blank, or the address of a page about this kind.",
    )
    header = response.headers.get("X-Request-ID")
    expect(
        header is None or found["request_id"] == header,
        seen=f"The {status} of {asked} has request_id = {found['request_id']!r} and"
        f" X-Request-ID: {header}.",
        wanted="One id in both.",
    )
    return found
