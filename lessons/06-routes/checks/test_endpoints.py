"""The ten endpoints over HTTP: what each answers, and what is then in the database."""

from checker.judge import check, expect
from checker.judge.evidence import Http, body, summarize
from kit import POSTS, USERS, PostsApi

FIELDS = {
    USERS: {"id", "email", "name", "created_at"},
    POSTS: {
        *("id", "title", "content", "published", "user_id", "author"),
        *("created_at", "updated_at"),
    },
}
UNKNOWN = 2**31 - 2
"""An id that is allowed and that nothing has."""


def expect_status(response, wanted: int, *, why: str = ""):
    """The status and nothing else."""
    request = response.request
    expect(
        response.status_code == wanted,
        seen=f"{request.method} {request.url.path} was answered with {summarize(response)}",
        wanted=f"{wanted}{': ' + why if why else ''}.",
    )


@check(
    title="A user and a post are created: 201, and what was stored",
    items=["endpoint.route-handler", "endpoint.response-model"],
    why="201 tells the client that something exists now which did not before.",
    read="Endpoints",
    needs=["06.parameters"],
)
def test_created(http: Http, api: PostsApi):
    given = api.user_data()
    response = http.post(USERS, json=given)
    expect_status(response, 201)
    user = body(response)
    _shows(response, {"email": given["email"], "name": given["name"]})
    given = api.post_data(user)
    response = http.post(POSTS, json=given)
    expect_status(response, 201)
    _shows(
        response, {**given, "updated_at": None, "author": {"id": user["id"], "name": user["name"]}}
    )


@check(
    title="Location leads to what was created",
    items=["endpoint.route-handler"],
    why="The client need not know how your addresses are built.",
    read="Endpoints",
    needs=["06.read"],
)
def test_location(http: Http, api: PostsApi, rng):
    user = http.post(USERS, json=api.user_data())
    author, mark = body(user), rng.randrange(10**9)
    campaign = f"?utm_source=mail-{mark}"  # what nobody asked for is ignored, and is no address
    for created in (
        user,
        http.post(POSTS, json=api.post_data(author)),
        http.post(f"{USERS}{campaign}", json=api.user_data()),
        http.post(f"{POSTS}{campaign}", json=api.post_data(author)),
    ):
        url = created.request.url.raw_path.decode()
        if created.status_code == 422 and campaign in url:  # a route may refuse what it ignores
            continue
        location = created.headers.get("location")
        expect(
            location is not None,
            seen=f"The 201 of POST {url} has no Location header.",
            wanted='response.headers["Location"] with the address of what was created.',
        )
        found = http.get(location)
        expect(
            found.status_code == 200 and found.json() == created.json(),
            seen=f"POST {url} gave the Location {location}, and GET there {summarize(found)}",
            wanted="200 and the same body as the 201.",
        )


@check(
    title="One user and one post are read by their ids",
    items=["endpoint.route-handler"],
    why="What was answered with 201 is there: committed, and readable by every other request.",
    read="Endpoints",
    needs=["06.commit-failure"],
)
def test_read(http: Http, api: PostsApi):
    user, other = api.user(), api.user()
    posts = [api.post(user), api.post(other)]
    for url, made in ((USERS, [user, other]), (POSTS, posts)):
        for each in made:
            response = http.get(f"{url}/{each['id']}")
            expect_status(response, 200)
            _shows(response, each)


@check(
    title="Lists come in pages: items, total, limit and offset, in a stable order",
    items=["endpoint.route-handler"],
    why="A list without an end grows until the day on which it takes the service down.",
    read="Endpoints",
    needs=["06.read"],
)
def test_listed(http: Http, api: PostsApi):
    user = api.user()
    made = [api.post(user) for _ in range(5)]
    users = [user["id"], *(api.user()["id"] for _ in range(2))]
    newest = [post["id"] for post in reversed(made)]
    for query, wanted in (
        ("", newest),
        ("?limit=2", newest[:2]),
        ("?limit=2&offset=3", newest[3:5]),
        ("?offset=5", []),
    ):
        page = _page(http, f"{POSTS}{query}")
        ids = [post["id"] for post in page["items"]]
        expect(
            ids == wanted and page["total"] == 5,
            seen=f"Of 5 posts, GET {POSTS}{query} gave the ids {ids} and the total"
            f" {page['total']}.",
            wanted=f"The ids {wanted}, newest first, and the total 5.",
        )
    for query, wanted in (("", users), ("?limit=1&offset=1", users[1:2]), ("?offset=3", [])):
        page = _page(http, f"{USERS}{query}")
        ids = [each["id"] for each in page["items"]]
        expect(
            ids == wanted and page["total"] == 3,
            seen=f"Of 3 users, GET {USERS}{query} gave the ids {ids} and the total"
            f" {page['total']}.",
            wanted=f"The ids {wanted}, by id, and the total 3.",
        )
    for url in (POSTS, USERS):
        page = _page(http, f"{url}?limit=2&offset=1")
        expect(
            (page["limit"], page["offset"]) == (2, 1),
            seen=f"GET {url}?limit=2&offset=1 gave limit = {page['limit']} and offset ="
            f" {page['offset']}.",
            wanted="The limit and the offset that were asked for.",
        )
        for item in page["items"]:
            one = body(http.get(f"{url}/{item['id']}"))
            expect(
                item == one,
                seen=f"GET {url} lists {item}, and GET {url}/{item['id']} gave {one}.",
                wanted="The same of each, in the list as alone.",
            )


@check(
    title="PATCH changes what is sent and leaves the rest",
    items=["endpoint.route-handler"],
    why="A client that changes a title must not lose the content that it did not send.",
    read="Endpoints",
    needs=["06.read"],
)
def test_updated(http: Http, api: PostsApi):
    user = api.user()
    post = api.post(user)
    other, beside = api.user(), api.post(user)
    for url, made, changes in (
        (USERS, user, [{"name": api.user_data()["name"]}, {"email": api.user_data()["email"]}, {}]),
        (
            POSTS,
            post,
            [
                {"published": True},
                {"title": api.post_data(user)["title"], "published": False},
                {"content": "Other"},
                {},
            ],
        ),
    ):
        wanted = {key: value for key, value in made.items() if key not in ("updated_at", "author")}
        for change in changes:
            wanted |= change
            response = http.patch(f"{url}/{made['id']}", json=change)
            expect_status(response, 200, why="" if change else "a change of nothing is one")
            _shows(response, wanted)
            _shows(http.get(f"{url}/{made['id']}"), body(response))
    for url, made in ((USERS, other), (POSTS, beside)):
        known = {key: value for key, value in made.items() if key != "author"}
        _shows(http.get(f"{url}/{made['id']}"), known)


@check(
    title="DELETE answers 204 without a body, and what was deleted is gone",
    items=["endpoint.route-handler", "endpoint.response-model"],
    why="204 means that there is nothing to read; a body with it breaks some clients.",
    read="Endpoints",
    needs=["06.read"],
)
def test_deleted(http: Http, api: PostsApi):
    user, other = api.user(), api.user()
    kept, post, theirs = api.post(user), api.post(user), api.post(other)
    _gone(http, f"{POSTS}/{post['id']}")
    left = api.database.query("SELECT id FROM posts")
    expect(
        {row["id"] for row in left} == {kept["id"], theirs["id"]},
        seen=f"Of three posts, {len(left)} are left after one DELETE.",
        wanted="The other two.",
    )
    _gone(http, f"{USERS}/{user['id']}")
    left = [row["id"] for row in api.database.query("SELECT id FROM users")]
    posts = [row["id"] for row in api.database.query("SELECT id FROM posts")]
    expect(
        left == [other["id"]] and posts == [theirs["id"]],
        seen=f"After the DELETE of one of two users with a post each, {len(left)} users and"
        f" {len(posts)} posts are left.",
        wanted="The other user, with the other post.",
    )


@check(
    title="What does not exist is 404, whatever the method",
    items=["endpoint.validation-errors", "architecture.router-duties"],
    why="200 with null makes every client look for an error that the status could have told it.",
    read="Errors of the domain",
    errata=["E15"],
    needs=["06.updated", "06.deleted"],
)
def test_missing(http: Http, api: PostsApi):
    user = api.user()
    gone = api.post(user)["id"]
    http.delete(f"{POSTS}/{gone}")
    for id_ in (gone, UNKNOWN):
        expect_status(http.get(f"{POSTS}/{id_}"), 404)
        expect_status(http.patch(f"{POSTS}/{id_}", json={"published": True}), 404)
        expect_status(http.delete(f"{POSTS}/{id_}"), 404)
    expect_status(http.get(f"{USERS}/{UNKNOWN}"), 404)
    expect_status(http.patch(f"{USERS}/{UNKNOWN}", json={"name": "Ada"}), 404)
    expect_status(http.delete(f"{USERS}/{UNKNOWN}"), 404)


@check(
    title="A post by an author who does not exist is 404",
    items=["endpoint.validation-errors", "architecture.router-duties"],
    why="The request is well formed; what it names is not there, and a client can be told so.",
    read="Errors of the domain",
    errata=["E15"],
    needs=["06.created"],
)
def test_unknown_author(http: Http, api: PostsApi):
    response = http.post(POSTS, json=api.post_data({"id": UNKNOWN}))
    expect_status(response, 404, why="there is no user of that id")


@check(
    title="A title or an e-mail that is taken is 409",
    items=["endpoint.validation-errors"],
    why="The request is well formed and cannot be done: the client has to choose another name.",
    read="Errors of the domain",
    errata=["E05"],
    needs=["06.updated"],
)
def test_conflict(http: Http, api: PostsApi):
    user, other = api.user(), api.user()
    post, second = api.post(user), api.post(other)
    expect_status(http.post(USERS, json=api.user_data(email=user["email"])), 409)
    expect_status(http.post(POSTS, json=api.post_data(other, title=post["title"])), 409)
    expect_status(http.patch(f"{USERS}/{other['id']}", json={"email": user["email"]}), 409)
    expect_status(http.patch(f"{POSTS}/{second['id']}", json={"title": post["title"]}), 409)


@check(
    title="Of twenty equal requests at the same moment one is 201, the others 409",
    items=["endpoint.validation-errors", "topic.fastapi-patterns"],
    why="Two clicks, or a proxy that tries again, send two requests before the first has ended.",
    read="Errors of the domain",
    errata=["E06"],
    needs=["06.conflict"],
)
def test_race(http: Http, api: PostsApi):
    http.start(setup="delay_inserts")
    data = api.post_data(api.user())
    answers = http.together([("POST", POSTS, {"json": data})] * 20)
    statuses = [getattr(answer, "status_code", type(answer).__name__) for answer in answers]
    counted = {status: statuses.count(status) for status in sorted(set(statuses), key=str)}
    stored = len(api.database.query("SELECT id FROM posts"))
    expect(
        counted == {201: 1, 409: 19} and stored == 1,
        seen="20 equal requests at once gave "
        + ", ".join(f"{times} × {status}" for status, times in counted.items())
        + f" and {stored} rows.",
        wanted="1 × 201, 19 × 409 and 1 row.",
    )


def _page(http: Http, url: str):
    response = http.get(url)
    expect_status(response, 200)
    page = body(response)
    missing = {"items", "total", "limit", "offset"} - page.keys()
    expect(
        not missing and isinstance(page["items"], list),
        seen=f"GET {url} gave {summarize(response)}",
        wanted="An object with items (a list), total, limit and offset.",
    )
    return page


def _shows(response, wanted: dict):
    """The response's body has these values, and nothing beside what its kind has."""
    found = body(response)
    request = response.request
    names = FIELDS[POSTS if request.url.path.startswith(POSTS) else USERS]
    more = sorted(found.keys() - names)
    expect(
        not more,
        seen=f"{request.method} {request.url.path} also shows {', '.join(more)}.",
        wanted=f"{', '.join(sorted(names))}, and nothing else.",
    )
    for name, value in wanted.items():
        expect(
            name in found and found[name] == value,
            seen=f"{request.method} {request.url.path} gave {name} ="
            f" {found.get(name, '(absent)')!r}.",
            wanted=f"{name} = {value!r}",
        )


def _gone(http: Http, url: str):
    response = http.delete(url)
    expect_status(response, 204)
    expect(
        not response.content,
        seen=f"DELETE {url} was answered with 204 and the body {response.text!r}.",
        wanted="204 without a body.",
    )
