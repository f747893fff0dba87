"""What openapi.json says of answers, held against those that the judge provokes."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from checker.judge import Unmet, check, expect
from checker.judge.evidence import Http, summarize
from kit.accounts import Accounts
from kit.openapi import JSON, PROBLEM, Document, Operation, series, shown, table
from kit.provoked import OPERATIONS, SIGNED_IN, UNKNOWN, Provoked

CAN_CONFLICT = (
    "POST /api/v1/users",
    "POST /api/v1/posts",
    "PATCH /api/v1/users/{}",
    "PATCH /api/v1/posts/{}",
)
SIGN_IN = "POST /api/v1/auth/token"
LISTS = ("GET /api/v1/users", "GET /api/v1/users/with-posts")
PUBLISH = "POST /api/v1/posts/publish"
VALID = {
    "POST /api/v1/posts": {"title": "A title", "content": "Some content"},
    PUBLISH: {"ids": [UNKNOWN]},
    "PATCH /api/v1/posts/{}": {"content": "Changed"},
    "PATCH /api/v1/users/{}": {"name": "Changed"},
}
"""What the operations take, for who has signed in."""


def told(operation: Operation) -> str:
    """The statuses of an operation, in words."""
    return ", ".join(sorted(operation.responses)) or "none"


@check(
    title="Every error that an operation answers with is documented, by its number",
    items=["endpoint.docs", "topic.openapi"],
    why="A client handles what it was told of. The rest comes as a surprise, and at night.",
    read="Which errors",
)
def test_errors(document: Document, provoked: Provoked):
    for each in provoked.refusals():
        operation = document.operation(each.key)
        expect(
            each.status in operation.responses,
            seen=f"{provoked.blame(each)} is answered with {each.status}; documented are"
            f" {told(operation)}.",
            wanted=f"{each.status} among the responses of {operation.name}: responses={{"
            f'{each.status}: …}}, beside what stands there. "4XX" and "default" are no number.',
        )


@check(
    title="Errors are documented as the problems that they are",
    items=["topic.openapi"],
    why="Whoever generates a client from it gets a class that fits no error, and a crash in the"
    " place of a message.",
    read="Errors as they are sent",
)
def test_problems(document: Document, provoked: Provoked):
    for each in provoked.refusals():
        operation = document.operation(each.key)
        if each.status not in operation.responses:
            continue
        doing = provoked.blame(each)
        kind = each.response.headers.get("content-type", "").partition(";")[0].strip().lower()
        schema = document.media(operation, each.status, kind)
        content = table(document.response(operation, each.status).get("content"))
        expect(
            schema is not None,
            seen=f"{doing} is answered with {each.status} as {kind}; documented is"
            f" {', '.join(map(str, content)) or 'no content'}.",
            wanted=f'"content": {{"{PROBLEM}": {{"schema": …}}}}: "model" alone is documented'
            f" under {JSON}, whatever is sent.",
        )
        assert schema is not None
        fits(document, schema, each, doing)


@check(
    title="Every reference in openapi.json leads somewhere",
    items=["topic.openapi"],
    why="One that does not makes the document useless to every program, and /docs shows an error.",
    read="Errors as they are sent",
)
def test_references(document: Document):
    for reference in document.dangling():
        expect(
            False,
            seen=f"openapi.json refers to {reference}, which is not there.",
            wanted="A schema of that name among the components: FastAPI puts those there that are"
            " the model of a response, and no others.",
        )


@check(
    title="No operation documents an error that it never answers with",
    items=["topic.openapi"],
    why="A client that is told of a 401 asks for a password that nobody wants.",
    read="Which errors",
    needs=["12.errors"],
)
def test_true(document: Document, provoked: Provoked):
    come = {(each.key, each.status) for each in provoked.all}
    for key in OPERATIONS:
        operation = document.operation(key)
        for status, why in _never(key):
            expect(
                status not in operation.responses or (key, status) in come,
                seen=f"{operation.name} documents {status}; its responses are {told(operation)}.",
                wanted=f"No {status}: {why}. Errors are given for each route, not for all.",
            )


def _never(key: str) -> Iterator[tuple[str, str]]:
    """The statuses that an operation has no reason for, and why."""
    if key.startswith(("GET", "DELETE")):
        yield "400", "there is no body that could not be read"
    if key not in (*SIGNED_IN, SIGN_IN):
        yield "401", "nobody has to sign in"
    if key not in SIGNED_IN:
        yield "403", "nobody has to sign in"
    elif "{}" not in key:
        yield "403", "whoever is signed in may do it"
    if key in (SIGN_IN, "POST /api/v1/users", *LISTS):
        yield "404", "it is asked for no id"
    if key == PUBLISH:
        yield "404", "ids of nobody are left out of the answer, and are no error"
    if key not in CAN_CONFLICT:
        yield "409", "no title and no address can be in the way"


@check(
    title="What succeeds is documented with the status that it has",
    items=["endpoint.docs", "topic.openapi"],
    why="A client that waits for 200 takes a 201 for a failure, and waits for the body of a 204.",
    read="What comes back",
)
def test_success(document: Document, provoked: Provoked):
    for each in provoked.welcomes():
        operation, doing = document.operation(each.key), provoked.blame(each)
        expect(
            each.response.is_success,
            seen=f"{doing} was answered with {summarize(each.response)}",
            wanted="2xx, as in the lesson in which it was written.",
        )
        documented = sorted(status for status in operation.responses if status[:1] == "2")
        expect(
            documented == [each.status],
            seen=f"{doing} was answered with {each.status}; documented are"
            f" {', '.join(documented) or 'no 2xx'}.",
            wanted=f"{each.status} alone: status_code={each.status} in the decorator, and no"
            " other 2xx in responses.",
        )
        content = table(document.response(operation, each.status).get("content"))
        expect(
            bool(content) == bool(each.response.content),
            seen=f"{doing} was answered with {each.status} and"
            f" {'a' if each.response.content else 'no'} body; documented is"
            f" {', '.join(map(str, content)) or 'none'}.",
            wanted="A body where one is sent, and none for a 204.",
        )


@check(
    title="What is sent is what is documented, and nothing more",
    items=["topic.openapi"],
    why="A member that no document has is found by a client, used, and missed when it goes.",
    read="What comes back",
    needs=["12.success"],
)
def test_bodies(document: Document, provoked: Provoked):
    for each in provoked.welcomes():
        operation, doing = document.operation(each.key), provoked.blame(each)
        if not each.response.content:
            continue
        schema = document.media(operation, each.status, JSON)
        if schema is None:
            raise Unmet(
                f"{operation.name} has no schema for {each.status} as {JSON}.",
                "response_model=…, or the route's return type.",
            )
        expect(
            not document.accepts_anything(schema),
            seen=f"{operation.name} documents any JSON for {each.status}:"
            f" {shown(document.at(schema))}.",
            wanted="response_model=…, or the route's return type: a schema, not dict or Any.",
        )
        untold = document.untold(schema)
        expect(
            not untold,
            seen=f"{doing} is answered with {each.status}, and of the members of"
            f" {', '.join(dict.fromkeys(untold))} the schema tells none.",
            wanted="A schema for each object in it, not dict or Any.",
        )
        fits(document, schema, each, doing)


def fits(document: Document, schema: str, each, doing: str) -> None:
    """Expect a body to be what the schema at that place says, and no more. Raises Unmet."""
    body = each.response.json()
    expect(
        not document.accepts_anything(schema),
        seen=f"{doing} is answered with {each.status}, whose schema says nothing:"
        f" {shown(document.at(schema))}.",
        wanted="A schema with the members that are sent.",
    )
    wrong = document.errors(schema, body)
    expect(
        not wrong,
        seen=f"{doing} is answered with {each.status} and a body that is not as documented:"
        f" {wrong[0] if wrong else ''}. It is {shown(dict(body))}.",
        wanted="A schema that says what is sent.",
    )
    more = document.undocumented(schema, body)
    expect(
        not more,
        seen=f"{doing} is answered with {each.status} and {', '.join(more)}, of which the schema"
        " has no word.",
        wanted="Every member that is sent stands in the schema, and nothing else is sent.",
    )


@check(
    title="Location and WWW-Authenticate are documented where they are sent",
    items=["topic.openapi"],
    why="Generated clients give access to the headers of which they were told.",
    read="What comes back",
    needs=["12.errors"],
)
def test_headers(document: Document, provoked: Provoked):
    for each in provoked.all:
        for status, name in (("201", "Location"), ("401", "WWW-Authenticate")):
            if each.status != status or name not in each.response.headers:
                continue
            operation = document.operation(each.key)
            headers = table(document.response(operation, status).get("headers"))
            found = {str(header).lower(): table(value) for header, value in headers.items()}
            header = found.get(name.lower())
            expect(
                header is not None and ("schema" in header or "$ref" in header),
                seen=f"{provoked.blame(each)} is answered with {status} and {name}; the headers"
                f" documented for it are {', '.join(map(str, headers)) or 'none'}"
                f"{'' if header is None else f', {name} without a schema'}.",
                wanted=f'responses={{{status}: {{"headers": {{"{name}": {{"schema": {{"type":'
                ' "string"}}}, …}}.',
            )


@check(
    title="Where one must have signed in, openapi.json says so, and nowhere else",
    items=["topic.openapi"],
    why="Without it /docs has no lock on the operation, and a generated client sends no token.",
    read="Who may",
)
def test_security(document: Document, http: Http, accounts: Accounts):
    schemes = table(table(document.whole.get("components")).get("securitySchemes"))
    for key in OPERATIONS:
        operation = document.operation(key)
        if key == SIGN_IN:
            asks = False
        else:
            method, _, path = key.partition(" ")
            response = http.request(method, path.format(UNKNOWN), json=VALID.get(key))
            asks = response.status_code == 401
        expect(
            operation.secured == asks,
            seen=f"{operation.name} {'answers 401' if asks else 'asks nobody to sign in'} without"
            f" a token, and is documented {'with' if operation.secured else 'without'} security.",
            wanted="OAuth2PasswordBearer or HTTPBearer of fastapi.security among the dependencies:"
            " a header that is read by hand is in no document."
            if asks
            else "Security only where a token is asked for.",
        )
        for name in (name for each in series(operation.told.get("security")) for name in each):
            scheme = table(schemes.get(name))
            bearer = str(scheme.get("scheme", "")).lower() == "bearer"
            expect(
                scheme.get("type") in ("oauth2", "openIdConnect") or bearer,
                seen=f"{operation.name} has the security {name}, which is {shown(scheme)}.",
                wanted="OAuth 2, or HTTP bearer: how a token is sent.",
            )


@check(
    title="The address for signing in is one that the service has",
    items=["topic.openapi"],
    why="The button Authorize of /docs sends the password there.",
    read="Who may",
    needs=["12.security"],
)
def test_token_url(document: Document):
    schemes = table(table(document.whole.get("components")).get("securitySchemes"))
    posts = {each.path for each in document.operations if each.method == "post"}
    for name, scheme in schemes.items():
        for flow in table(table(scheme).get("flows")).values():
            url = str(table(flow).get("tokenUrl", ""))
            path = urlsplit(urljoin("http://service/openapi.json", url)).path
            expect(
                path in posts,
                seen=f"The scheme {name} has the tokenUrl {url!r}, which is {path} beside"
                " /openapi.json, and no POST of the service.",
                wanted='OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token"), as the route is'
                " called.",
            )
