"""What the API takes, what it refuses, and how it describes both."""

import re

from checker.judge import check, expect
from checker.judge.evidence import Http, body, summarize
from kit import POSTS, USERS, PostsApi, rows

IDS = (str(10**20), str(2**31), "0", "-1", "abc", "1.5")
PAGES = (
    "limit=0",
    "limit=-1",
    "limit=101",
    f"limit={10**20}",
    "offset=-1",
    f"offset={2**31}",
    f"offset={10**20}",
    "limit=many",
)
RESPONSES = {
    USERS: {"id", "email", "name", "created_at"},
    POSTS: {
        "id",
        "title",
        "content",
        "published",
        "user_id",
        "author",
        "created_at",
        "updated_at",
    },
}
PAGE = {"items", "total", "limit", "offset"}
LATER, FILTERS = {"next_cursor"}, {"cursor", "published", "q"}
"""What lesson 11 adds to a page of posts, and to what may be asked of it."""


@check(
    title="OpenAPI has a schema for every body that the API answers with",
    items=["endpoint.response-model"],
    why="An empty schema promises nothing: no client can be made from it, and nothing is filtered.",
    read="Endpoints",
    errata=["E15"],
    needs=["06.deleted"],
)
def test_response_models(api: PostsApi):
    described = api.described()
    for url, method, path, operation in _operations(described):
        created, deleted = method == "post", method == "delete"
        status = "201" if created else "204" if deleted else "200"
        success = [code for code in operation["responses"] if code.startswith("2")]
        expect(
            success == [status],
            seen=f"{method.upper()} {path} is described with the status {', '.join(success)}.",
            wanted=f"{status}: status_code={status} in the decorator.",
        )
        response = operation["responses"][status]
        if deleted:
            expect(
                "content" not in response,
                seen=f"DELETE {path} is described with a body.",
                wanted="204 and no body: -> None.",
            )
            continue
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        names = set(_properties(described, schema))
        wanted = PAGE if method == "get" and path.rstrip("/") == url else RESPONSES[url]
        expect(
            wanted <= names <= wanted | (LATER if url == POSTS and wanted is PAGE else set()),
            seen=f"The {status} of {method.upper()} {path} has the schema"
            f" {schema or '{}'} with {', '.join(sorted(names)) or 'no fields'}.",
            wanted=f"A response model with {', '.join(sorted(wanted))}, and nothing else.",
        )
        secret = sorted(name for name in names if "password" in name)
        expect(
            not secret,
            seen=f"The {status} of {method.upper()} {path} shows {', '.join(secret)}.",
            wanted="A response model without anything of the password.",
        )


@check(
    title="The endpoints take the parameters of the table and no others",
    items=["principle.dependency-injection", "architecture.router-duties"],
    why="A parameter that a dependency leaks into the API is one that a stranger can set.",
    read="What the routes ask for",
    errata=["E03"],
    needs=["06.no-redirect"],
)
def test_parameters(http: Http, api: PostsApi):
    described = api.described()
    for url, method, path, operation in _operations(described):
        listing = method == "get" and path.rstrip("/") == url
        taken = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
        allowed = {"limit", "offset"} if listing else set()
        later = FILTERS if listing and url == POSTS else set()
        expect(
            allowed <= taken <= allowed | later,
            seen=f"{method.upper()} {path} takes the query parameters"
            f" {', '.join(sorted(taken)) or '(none)'}.",
            wanted=f"{', '.join(sorted(allowed)) or 'None'}. What a constructor needs comes from"
            " Depends(a_function), with every parameter annotated.",
        )


@check(
    title="A body that is not valid is 422, and nothing is stored",
    items=["endpoint.validation-errors", "architecture.router-duties"],
    why="What is refused at the border need not be handled anywhere behind it.",
    read="Bounds",
    needs=["06.created"],
)
def test_invalid(http: Http, api: PostsApi):
    user = rows.user(1007, "Ada")  # stored by no code of the learner's: whatever commits, and when
    made = rows.post(1009, "First", user["id"])
    rows.insert(api.database, "users", [user])
    rows.insert(api.database, "posts", [made])
    stored = api.database.query("SELECT * FROM posts")
    post, person = api.post_data(user), api.user_data()
    bad = [
        (POSTS, {}),
        (POSTS, {**post, "title": "   "}),
        (POSTS, {**post, "title": "x" * 201}),
        (POSTS, {**post, "user_id": 10**20}),
        (POSTS, {**post, "colour": "red"}),
        (POSTS, []),
        (USERS, {**person, "email": "nobody"}),
        (USERS, {**person, "password": "short"}),
    ]
    author = {"name": user["name"], "email": user["email"]}
    for url, data in (
        (f"{POSTS}/{made['id']}", {"title": "Other"}),
        (f"{USERS}/{user['id']}", author),
    ):
        bad += [(url, {**data, "colour": "red"}), (url, [data]), (url, None), (url, 7), (url, "x")]
        bad += [(url, {name: None}) for name in data] + [(url, {name: "  "}) for name in data]
    for url, data in bad:
        method = "POST" if url in (POSTS, USERS) else "PATCH"
        response = http.request(method, url, json=data)
        _refused(response, f"{method} {url} with {_shortened(data)}")
    for method, url in (("POST", POSTS), ("POST", USERS), ("PATCH", f"{POSTS}/{made['id']}")):
        for content in (b"{", b""):
            headers = {"Content-Type": "application/json"}
            response = http.request(method, url, content=content, headers=headers)
            _refused(response, f"{method} {url} with {'half an object' if content else 'nothing'}")
    left = api.database.query("SELECT * FROM posts WHERE id = ?", made["id"])
    expect(left == stored, seen=f"After them the post is {left}.", wanted=f"{stored}")
    for table in ("posts", "users"):
        count = len(api.database.query(f"SELECT id FROM {table}"))
        expect(count == 1, seen=f"After them the table {table} holds {count} rows.", wanted="One.")


@check(
    title="An id that no row can have is 422 and never 500",
    items=["endpoint.validation-errors", "architecture.router-duties"],
    why="An id too large for the column is an exception in the driver: a stranger makes your 500s.",
    read="Bounds",
    errata=["E17"],
    needs=["06.read"],
)
def test_bounded_ids(http: Http, api: PostsApi):
    for url in (POSTS, USERS):
        for id_ in IDS:
            for method, options in (("GET", {}), ("PATCH", {"json": {}}), ("DELETE", {})):
                response = http.request(method, f"{url}/{id_}", **options)
                _refused(response, f"{method} {url}/{id_}")
        for id_ in (1, 2**31 - 1):
            response = http.get(f"{url}/{id_}")
            expect(
                response.status_code != 422,
                seen=f"GET {url}/{id_} was answered with {summarize(response)}",
                wanted="404 where nothing has that id: ids from 1 to 2147483647 are allowed.",
            )


@check(
    title="A page is bounded: limit 1 to 100, offset from 0",
    items=["endpoint.validation-errors"],
    why="A negative limit returns the whole table, and a huge one takes the service down with it.",
    read="Bounds",
    errata=["E17"],
    needs=["06.listed"],
)
def test_bounded_pages(http: Http, api: PostsApi):
    for url in (POSTS, USERS):
        for query in PAGES:
            _refused(http.get(f"{url}?{query}"), f"GET {url}?{query}")
        for query in ("limit=1", "limit=100", "offset=0", f"offset={2**31 - 1}"):
            response = http.get(f"{url}?{query}")
            expect(
                response.status_code == 200,
                seen=f"GET {url}?{query} was answered with {summarize(response)}",
                wanted="200: limits from 1 to 100, offsets from 0 are allowed.",
            )
        unasked = body(http.get(url)).get("limit")
        expect(
            isinstance(unasked, int) and unasked <= 100,
            seen=f"GET {url} without a limit gives limit = {unasked!r}.",
            wanted="A default of at most 100.",
        )


def _refused(response, doing: str):
    expect(
        response.status_code == 422,
        seen=f"{doing} was answered with {summarize(response)}",
        wanted="422.",
    )


def _shortened(data) -> str:
    hidden = isinstance(data, dict) and "password" in data
    text = str({**data, "password": "…"} if hidden else data)
    return text if len(text) < 90 else f"{text[:60]} …"


def _operations(described):
    """Every operation on users and posts, not on what they have: (collection, method, path,
    operation). Later lessons add paths below."""
    for path, operations in described.get("paths", {}).items():
        for url in (USERS, POSTS):
            if path.rstrip("/") == url or re.fullmatch(rf"{url}/{{\w+}}/?", path):
                for method, operation in operations.items():
                    yield url, method, path, operation


def _properties(described, schema):
    """The fields of a schema, with references followed."""
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = described["components"]["schemas"][name]
    return schema.get("properties", {})
