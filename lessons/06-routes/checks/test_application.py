"""The application: that it starts, under which paths, for whom, and how it ends."""

import re

from checker.judge import check, expect
from checker.judge.evidence import Http, Probe, Project, Source, body, summarize
from kit import POSTS, USERS, PostsApi

PATHS = {
    POSTS: {"get", "post"},
    f"{POSTS}/{{}}": {"get", "patch", "delete"},
    USERS: {"get", "post"},
    f"{USERS}/{{}}": {"get", "patch", "delete"},
}


@check(
    title="requirements.txt asks for FastAPI and uvicorn",
    items=["topic.fastapi-patterns"],
    why="What is not listed is missing on the machine that runs your service.",
    read="Before you start",
)
def test_requirements(source: Source):
    lines = [
        line.split("#")[0].strip().lower() for line in source.text("requirements.txt").split("\n")
    ]
    names = {re.split(r"[\[<>=~! ;]", line)[0] for line in lines}
    for name in ("fastapi", "uvicorn"):
        expect(
            name in names,
            seen=f"requirements.txt does not list {name}.",
            wanted="The lines fastapi>=0.165 and uvicorn>=0.54.",
        )


@check(
    title="app.main:app starts, and describes itself at /openapi.json",
    items=["structure.main"],
    why="A server imports app.main and runs the lifespan; whatever fails there fails for everyone.",
    read="An application",
    errata=["E01", "E02", "E03"],
)
def test_serves(source: Source, http: Http, api: PostsApi):
    for name in ("app.main", "app.dependencies"):
        expect(
            bool(source.package(name)),
            seen=f"There is no {name}.",
            wanted=f"{name.replace('.', '/')}.py, with what this lesson's text asks for.",
        )
    response = http.get("/openapi.json")
    expect(
        response.status_code == 200 and "openapi" in body(response),
        seen=f"GET /openapi.json was answered with {summarize(response)}",
        wanted="200 and the description of your API.",
    )


@check(
    title="The docs pages are off in production, and every route stands in a router",
    items=["structure.main"],
    why="A public description of every endpoint is a gift to whoever looks for a weak one.",
    read="An application",
    errata=["E37"],
    needs=["06.serves"],
)
def test_production(http: Http, project: Project, probe: Probe, rng):
    project.env |= {"ENVIRONMENT": "development"}
    response = http.get("/docs")
    expect(
        response.status_code == 200,
        seen=f"GET /docs was answered with {summarize(response)}",
        wanted="200 and the page to try the API on, outside of production.",
        why="It is what whoever is new to your API opens first.",
    )
    http.stop()
    project.env |= {"ENVIRONMENT": "production", "SECRET_KEY": f"{rng.randrange(10**40):040}"}
    for url in ("/docs", "/redoc", "/openapi.json"):
        response = http.get(url)
        expect(
            response.status_code == 404,
            seen=f"With ENVIRONMENT=production, GET {url} gave {response.status_code}.",
            wanted="404: FastAPI(openapi_url=None) where settings.environment is production.",
        )
    own = probe("beside_routers", doing="reading the application's own routes", expects=list)
    expect(
        not own,
        seen=f"The application itself has the route {', '.join(map(str, own))}.",
        wanted="Every endpoint in a router, in app/routes, and each router included.",
        why="What stands on the app has no prefix, no tag, and is found by nobody.",
    )


@check(
    title="Every path begins with /api/v1 once, and each endpoint has one tag",
    items=["quickref.include-routers", "endpoint.route-handler"],
    why="A prefix given twice makes addresses that no client guesses, and all of them answer 404.",
    read="Endpoints",
    errata=["E36", "E37"],
    needs=["06.serves"],
)
def test_one_prefix(api: PostsApi):
    described = api.described().get("paths", {})
    found: dict[str, set[str]] = {}
    for path, operations in described.items():
        parts = path.strip("/").split("/")
        expect(
            len(set(parts)) == len(parts),
            seen=f"OpenAPI lists the path {path}.",
            wanted="Each part once: the router's prefix is /posts, include_router's /api/v1.",
        )
        plain = re.sub(r"\{.*?\}", "{}", path.rstrip("/"))
        found.setdefault(plain, set()).update(operations)
        for method, operation in operations.items():
            tags = operation.get("tags", [])
            expect(
                not path.startswith("/api/v1/") or len(tags) == 1,
                seen=f"{method.upper()} {path} has the tags {tags}.",
                wanted="One tag, given on the router: APIRouter(prefix=…, tags=[…]).",
            )
    beside = [path for path in described if path.startswith(("/posts", "/users"))]
    expect(
        not beside,
        seen=f"OpenAPI lists {', '.join(beside)}, outside /api/v1.",
        wanted="Every endpoint in a router, and each router included under /api/v1.",
    )
    for path, methods in PATHS.items():
        missing = sorted(methods - found.get(path, set()))
        expect(
            not missing,
            seen=f"OpenAPI has no {missing[0].upper() if missing else ''} {path}; it lists "
            f"{', '.join(sorted(described)) or 'no paths'}.",
            wanted="The ten endpoints of the table, each under /api/v1.",
        )


@check(
    title="No address is answered with a redirect",
    items=["endpoint.route-handler"],
    why="A redirected POST is sent twice, and many clients turn it into a GET or give up.",
    read="Endpoints",
    errata=["E09"],
    needs=["06.one-prefix"],
)
def test_no_redirect(http: Http, api: PostsApi):
    addresses = [(method, url) for url in (USERS, POSTS) for method in ("GET", "POST")]
    for method, url in addresses:
        response = http.request(method, url)
        expect(
            not response.is_redirect and response.status_code not in (404, 405),
            seen=f"{method} {url} was answered with {response.status_code}"
            f"{' to ' + response.headers['location'] if response.is_redirect else ''}.",
            wanted='The endpoint itself: @router.post("") under the prefix /posts.',
        )
    for method, url in addresses:
        response = http.request(method, f"{url}/")
        expect(
            not response.is_redirect,
            seen=f"{method} {url}/ was answered with {response.status_code} to "
            f"{response.headers.get('location')}.",
            wanted="404, or the endpoint itself: FastAPI(redirect_slashes=False).",
        )


@check(
    title="create_app makes an application of its own for the settings it is given",
    items=["structure.main"],
    why="Every test gets an application with a database of its own, and none hurts another.",
    read="An application",
    needs=["06.created"],
)
def test_factory(probe: Probe, project: Project, rng):
    emails = [f"user{rng.randrange(10**9)}@example.com" for _ in range(2)]
    seen = probe(
        "two_apps",
        doing="running two applications of create_app(Settings(…)) at once",
        expects=list,
        folder=str(project.beside),
        emails=emails,
    )
    for email, found in zip(emails, seen, strict=True):
        expect(
            found["users"] == [email],
            seen=f"Of two applications that run at once, the one made with the settings of a"
            f" database file that holds the user {email} lists"
            f" {', '.join(map(str, found['users'])) or 'no user'}.",
            wanted="create_app(settings) makes its engine from those settings, in its lifespan, and"
            " keeps it in app.state: nothing is global.",
        )
    public, closed = seen
    for found, schema, what in ((public, 200, "development"), (closed, 404, "production")):
        expect(
            found["schema"] == schema,
            seen=f"create_app(Settings(environment={what!r})) answers GET /openapi.json with"
            f" {found['schema']}.",
            wanted=f"{schema}: create_app asks get_settings() only where it is given none.",
        )


@check(
    title="Shutting down closes every database connection",
    items=["structure.main"],
    why="A restart that leaves connections behind eats up the database's limit of them.",
    read="An application",
    needs=["06.session-closed"],
)
def test_lifespan(probe: Probe, api: PostsApi):
    seen = probe("after_shutdown", doing="starting and stopping the application")
    expect(
        seen["closed"] == seen["opened"],
        seen=f"{seen['opened'] - seen['closed']} of {seen['opened']} database connections are"
        " open after the shutdown.",
        wanted="await engine.dispose() behind the lifespan's yield.",
    )
