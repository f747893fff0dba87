"""Who may call the API from a page in a browser."""

from checker.judge import check, expect
from checker.judge.evidence import Http, Probe, Project, summarize
from kit import USERS, PostsApi, origins

ASKED = "authorization, content-type"


@check(
    title="A foreign origin gets no permission to read the API",
    items=["quickref.cors"],
    why="With it, any web page that a user opens could act in the user's name.",
    read="Who may call from a browser",
    errata=["E35"],
    needs=["06.serves"],
)
def test_cors_foreign(http: Http, project: Project, api: PostsApi, rng):
    first, *_, last = origins(project.env)
    name = first.removeprefix("https://")
    foreign = (
        f"https://evil{rng.randrange(10**6)}.example",
        f"{first}.evil.example",
        "null",
        first.replace(".", "-", 1),  # a dot in a pattern is any character
        "-".join(last.rsplit(".", 1)),
        f"https://evil.{name}",
        f"https://evil-{name}",
        f"http://{name}",
        f"{first}:8443",
        last[:-1],
    )
    for origin in foreign:
        for response in (_simple(http, origin), _preflight(http, origin, "DELETE")):
            allowed = response.headers.get("access-control-allow-origin")
            expect(
                allowed is None,
                seen=f"{response.request.method} from {origin} was answered with"
                f" access-control-allow-origin: {allowed}.",
                wanted="No such header: allow_origins=settings.cors_origins, each of which is one"
                " origin, to the letter.",
            )


@check(
    title="Where the settings name no origin, no page may read the API",
    items=["quickref.cors"],
    why="A service that somebody starts without thinking of browsers must not be open to all.",
    read="Who may call from a browser",
    errata=["E35"],
    needs=["06.cors-foreign"],
)
def test_cors_default(http: Http, project: Project, api: PostsApi, rng):
    project.env["CORS_ORIGINS"] = "[]"
    origin = f"https://page{rng.randrange(10**6)}.example"
    for response in (_simple(http, origin), _preflight(http, origin, "DELETE")):
        allowed = response.headers.get("access-control-allow-origin")
        expect(
            allowed is None,
            seen=f"With CORS_ORIGINS=[], {response.request.method} from {origin} was answered with"
            f" access-control-allow-origin: {allowed}.",
            wanted="No such header: allow_origins=settings.cors_origins, also where it is empty.",
        )


@check(
    title="An origin of the settings may call, with every method of the API",
    items=["quickref.cors"],
    why="Without it the browser keeps the answer from your own front end.",
    read="Who may call from a browser",
    needs=["06.cors-foreign"],
)
def test_cors_allowed(http: Http, project: Project, probe: Probe, api: PostsApi, rng):
    for origin in origins(project.env):
        for url in (USERS, f"{USERS}/nobody", "/api/v1/nowhere"):
            response = _simple(http, origin, url)
            allowed = response.headers.get("access-control-allow-origin")
            expect(
                allowed == origin,
                seen=f"GET {url} from {origin}, which stands in CORS_ORIGINS, was answered with"
                f" {response.status_code} and access-control-allow-origin: {allowed}.",
                wanted=f"access-control-allow-origin: {origin}, on errors as well.",
            )
            exposed = response.headers.get("access-control-expose-headers", "")
            expect(
                "location" in exposed.lower().replace(",", " ").split(),
                seen=f"GET {url} from {origin} has access-control-expose-headers: {exposed!r}.",
                wanted='expose_headers=["Location"]: else a script in the page cannot read it.',
                why="A page that has created something is not told where it is.",
            )
        for method in ("GET", "POST", "PATCH", "DELETE"):
            response = _preflight(http, origin, method)
            expect(
                response.is_success
                and response.headers.get("access-control-allow-origin") == origin,
                seen=f"The preflight for {method} from {origin} was answered with"
                f" {summarize(response)}",
                wanted=f"200: allow_methods with {method}, allow_headers with Authorization and"
                " Content-Type.",
            )
        for method, headers in (("PUT", ASKED), ("GET", f"x-checker-{len(origin)}")):
            response = _preflight(http, origin, method, headers)
            expect(
                not response.is_success,
                seen=f"The preflight for {method} with the headers {headers} from {origin} was"
                f" answered with {summarize(response)}",
                wanted='A refusal: allow_methods=["GET", "POST", "PATCH", "DELETE"] and'
                ' allow_headers=["Authorization", "Content-Type"], and no star.',
                why="A page is to get what the API has, and nothing that is added by accident.",
            )
    origin = f"https://page{rng.randrange(10**6)}.example"
    given = [[], [origin]]
    doing = "running two applications of create_app(Settings(cors_origins=…))"
    seen = probe("allowed_origins", doing=doing, expects=list, origin=origin, given=given)
    for origins_, allowed, wanted in zip(given, seen, (None, origin), strict=True):
        expect(
            allowed == wanted,
            seen=f"To a page of {origin}, create_app(Settings(cors_origins={origins_})) allows"
            f" {allowed or 'nothing'}.",
            wanted=f"{wanted or 'Nothing'}: create_app asks get_settings() only where it is given"
            " none.",
            why="A test gives an application settings of its own, and must get what they say.",
        )


def _simple(http: Http, origin: str, url: str = USERS):
    return http.get(url, headers={"Origin": origin})


def _preflight(http: Http, origin: str, method: str, headers: str = ASKED):
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }
    return http.request("OPTIONS", USERS, headers=asked)
