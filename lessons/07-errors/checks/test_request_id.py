"""The id that leads from a response to the lines of its log."""

import re

from checker.judge import check, expect
from checker.judge.evidence import Http, Project, cause, summarize
from kit import POSTS, USERS, PostsApi, origins

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
UNKNOWN = 2**31 - 2


@check(
    title="Every response has an id of its own in X-Request-ID",
    items=["structure.middleware"],
    why="A user reads it to you on the telephone, and you find the one request among millions.",
    read="An id for every request",
)
def test_id_made(http: Http, project: Project, api: PostsApi):
    made = []
    for method, url, options in (
        ("GET", POSTS, {}),
        ("POST", USERS, {"json": api.user_data()}),
        ("GET", f"{POSTS}/{UNKNOWN}", {}),
        ("POST", POSTS, {"json": {}}),
        ("DELETE", f"{USERS}/1", {}),
        ("GET", "/nowhere", {}),
        ("PUT", POSTS, {}),
        ("OPTIONS", POSTS, {"headers": preflight(origins(project.env)[0])}),
        ("OPTIONS", POSTS, {"headers": preflight("https://evil.example")}),
    ):
        response = http.request(method, url, **options)
        given = response.headers.get(HEADER)
        expect(
            given is not None and SANE.fullmatch(given) is not None,
            seen=f"The {response.status_code} of {method} {url} has {HEADER} = {given!r}"
            f"{cause(response)}.",
            wanted="The id of an answer that CORS gives by itself, and the application never sees:"
            " add_middleware(RequestIdMiddleware) after CORSMiddleware, which puts it around that."
            if given is None and method == "OPTIONS"
            else "8 to 64 letters, digits, dots, underscores or hyphens, made for each request.",
        )
        made.append(given)
    expect(
        len(set(made)) == len(made),
        seen=f"{len(made)} requests had {len(set(made))} different ids.",
        wanted="A new id for each: uuid.uuid4().hex.",
    )


@check(
    title="The client's own id is kept",
    items=["structure.middleware"],
    why="One id through the front end, the proxy and your service ties their logs together.",
    read="An id for every request",
    needs=["07.id-made"],
)
def test_id_kept(http: Http, api: PostsApi, rng):
    number = rng.randrange(10**12)
    for given in (f"client-{number}", f"{number:032x}", "a.B_c-d8", "x" * 64):
        response = http.get(POSTS, headers={HEADER: given})
        expect(
            response.headers[HEADER] == given,
            seen=f"{HEADER}: {given} was answered with {HEADER}: {response.headers[HEADER]}.",
            wanted="The same id: it has 8 to 64 letters, digits, dots, underscores or hyphens.",
        )


@check(
    title="An id that could do harm is replaced",
    items=["structure.middleware"],
    why="What a stranger sends lands in your log: it can fill it, or forge lines in it.",
    read="An id for every request",
    needs=["07.id-made"],
)
def test_id_replaced(http: Http, api: PostsApi, rng):
    number = rng.randrange(10**8, 10**9)
    http.inside("record_logs", doing="listening to the log")
    hostile = {
        "nothing": b"",
        "one letter": b"x",
        "seven letters": b"abcdefg",
        "65 letters": b"x" * 65,
        "4,000 letters": b"x" * 4000,
        "blanks": b"client %d is fine" % number,
        "a script": b"<script>alert(%d)</script>" % number,
        "quotes and commas": b'abc","level":"ERROR%d' % number,
        "an escape sequence": b"abcdef\x1b[2J%d" % number,
        "bytes beyond ASCII": b"caf\xe9-%d-caf\xe9" % number,
        "an encoded line break": b"abcdefgh%%0a%d" % number,
    }
    for kind, given in hostile.items():
        response = http.get(f"{POSTS}/{UNKNOWN}", headers=[(HEADER.encode(), given)])
        if response.status_code == 400:
            continue  # the server itself refused the header
        answered = response.headers.get(HEADER, "")
        expect(
            answered.encode("latin-1") != given and SANE.fullmatch(answered) is not None,
            seen=f"An id of {kind} was answered with {HEADER}: {answered[:80]!r}.",
            wanted="A new id: SANE.fullmatch decides, and it looks at the whole text.",
        )
        text = given.decode("latin-1")
        expect(
            len(text) < 2 or text not in response.text,
            seen=f"An id of {kind} is in the response: {summarize(response)}",
            wanted="The new id, in the header and in request_id.",
        )
    parts = [str(number), "x" * 65]
    doing = "reading the log"
    logged = http.inside("records_with", doing=doing, expects=list, parts=parts)
    stopped = http.stop()
    printed = stopped.printed if stopped else ""
    logged += [part for part in parts if part in printed]
    expect(
        not logged,
        seen=f"An id that was replaced stands in the log: {str(logged[0])!r}." if logged else "",
        wanted="The new id and nothing of the one that was sent, at no level of the log.",
    )


@check(
    title="Requests at the same moment keep their ids apart",
    items=["structure.middleware"],
    why="A variable of the module belongs to all requests, and the last one overwrites the others.",
    read="An id for every request",
    needs=["07.id-kept", "07.domain"],
)
def test_id_own(http: Http, api: PostsApi, rng):
    ids = [f"request-{rng.randrange(10**9)}-{number}" for number in range(20)]
    answers = http.together(
        [("GET", f"{POSTS}/{UNKNOWN}", {"headers": {HEADER: each}}) for each in ids]
    )
    for given, answer in zip(ids, answers, strict=True):
        if isinstance(answer, Exception):
            expect(
                False,
                seen=f"One of 20 requests at once failed: {type(answer).__name__}.",
                wanted="20 responses.",
            )
            continue
        named = answer.json().get("request_id")
        expect(
            answer.headers[HEADER] == given == named,
            seen=f"Of 20 requests at once, the one with the id {given} was answered with"
            f" {answer.headers[HEADER]} in the header and {named} in the problem.",
            wanted="Its own id in both: a ContextVar belongs to one request.",
        )


def preflight(origin: str) -> dict[str, str]:
    """The headers of a browser's question before a POST."""
    return {"Origin": origin, "Access-Control-Request-Method": "POST"}
