"""What openapi.json says of comments, held against what is answered."""

from typing import Any

import httpx

from checker.judge import check, expect
from checker.judge.evidence import summarize
from kit.comments import COMMENTS, FIELDS, NOTHING, Comments, of, one
from kit.openapi import JSON, PROBLEM, Document, escaped, series, shown, table, text
from kit.posts_api import POSTS
from kit.provoked import UNREADABLE

LIST, ONE = f"{POSTS}/{{}}/comments", f"{COMMENTS}/{{}}"
ERRORS = {
    f"POST {LIST}": ("400", "401", "404", "409", "422"),
    f"GET {LIST}": ("404", "422"),
    f"GET {ONE}": ("404", "422"),
    f"PATCH {ONE}": ("400", "401", "403", "404", "422"),
    f"DELETE {ONE}": ("401", "403", "404", "422"),
}
WELCOME = {
    f"POST {LIST}": "201",
    f"GET {LIST}": "200",
    f"GET {ONE}": "200",
    f"PATCH {ONE}": "200",
    f"DELETE {ONE}": "204",
}


@check(
    title="Each operation on comments has a tag that is described, a summary and a description",
    items=["endpoint.docs", "topic.openapi"],
    why="A name says what a function is called. What it does for a client, only you can say.",
    read="What is documented",
    errata=["E36"],
    needs=["17.created"],
)
def test_described(document: Document):
    tags = {
        table(each).get("name"): text(table(each).get("description"))
        for each in series(document.whole.get("tags"))
    }
    summaries = [text(each.told.get("summary")).lower() for each in document.operations]
    ids = [each.told.get("operationId") for each in document.operations]
    for key in WELCOME:
        operation = document.operation(key)
        used = series(operation.told.get("tags"))
        expect(
            bool(used) and all(tags.get(name) for name in used),
            seen=f"{operation.name} has the tags {used or 'none'}; described are"
            f" {', '.join(map(str, tags))}.",
            wanted="A tag on its router, with a word about it in openapi_tags.",
        )
        expect(
            len(used) == len(set(map(str, used))),
            seen=f"{operation.name} has the tags {used}.",
            wanted="Each tag once: on the router, and not again where it is included.",
        )
        summary, said = text(operation.told.get("summary")), text(operation.told.get("description"))
        expect(
            bool(summary) and summaries.count(summary.lower()) == 1,
            seen=f"{operation.name} has the summary {summary!r}, as"
            f" {summaries.count(summary.lower())} operations do.",
            wanted="A summary that tells it apart.",
        )
        expect(
            len(said) >= 10 and said.strip(".").lower() != summary.strip(".").lower(),
            seen=f"{operation.name} has the description {said!r}.",
            wanted="A sentence that says more than the summary: a docstring in the route.",
        )
        name = operation.told.get("operationId")
        expect(
            ids.count(name) == 1 and "api_v1" not in str(name),
            seen=f"{operation.name} has the operation id {name!r}.",
            wanted="One of its own, made of the route's name and not of its path.",
        )


@check(
    title="What operations on comments answer is documented, good and bad, as it is sent",
    items=["endpoint.response-model", "endpoint.docs", "endpoint.validation-errors"],
    why="A client handles what it was told of. The rest comes as a surprise, and at night.",
    read="What is documented",
    errata=["E15"],
    needs=["17.described", "17.problems"],
)
def test_documented(comments: Comments, document: Document):
    for key, response in _answers(comments):
        operation, status = document.operation(key), str(response.status_code)
        said = f"{response.request.method} {response.request.url.path}"
        documented = ", ".join(sorted(operation.responses)) or "none"
        expect(
            status in (WELCOME[key], *ERRORS[key]),
            seen=f"{said} was answered with {summarize(response)}",
            wanted=f"{WELCOME[key]}, {', '.join(ERRORS[key])}, or no answer at all.",
        )
        expect(
            status in operation.responses,
            seen=f"{said} is answered with {status}; documented are {documented}.",
            wanted=f"{status} among the responses of {operation.name}.",
        )
        if status == "204":
            continue
        kind = response.headers.get("content-type", "").partition(";")[0]
        schema = document.media(operation, status, kind)
        expect(
            schema is not None and not document.accepts_anything(schema),
            seen=f"{said} is answered with {status} as {kind}; {operation.name} documents no schema"
            " of that.",
            wanted=f"A schema for {kind}: response_model, and {PROBLEM} for errors.",
        )
        assert schema is not None
        wrong = document.errors(schema, response.json()) or document.undocumented(
            schema, response.json()
        )
        expect(
            not wrong,
            seen=f"{said} is answered with {shown(response.json(), 200)}, which the schema of"
            f" {status} does not tell: {wrong[0] if wrong else ''}.",
            wanted="A schema that tells what is sent.",
        )
    for key, status in WELCOME.items():
        operation = document.operation(key)
        good = [status for status in operation.responses if status[:1] == "2"]
        expect(
            good == [status],
            seen=f"{operation.name} documents {', '.join(good) or 'nothing'} for what succeeds.",
            wanted=f"{status}.",
        )
        missing = [status for status in ERRORS[key] if status not in operation.responses]
        expect(
            not missing,
            seen=f"{operation.name} documents {', '.join(sorted(operation.responses))}.",
            wanted=f"{', '.join(ERRORS[key])} as well: {', '.join(missing)} is missing.",
        )
        writing = not key.startswith("GET")
        expect(
            operation.secured is writing,
            seen=f"{operation.name} {'has a' if operation.secured else 'has no'} lock in /docs.",
            wanted="A lock where one must have signed in, and nowhere else.",
        )


def _answers(comments: Comments) -> list[tuple[str, httpx.Response]]:
    """Answers of each operation, good and bad."""
    ada, eve = comments.user(), comments.user()
    post, draft = comments.post(ada), comments.post(ada, published=False)
    made = [comments.write(ada, post) for _ in range(3)]
    said: dict[str, Any] = {"json": {"content": comments.content()}}
    empty, nothing = {"json": {"content": ""}}, {"id": NOTHING}
    asked: list[tuple[str, str, str, Any, dict[str, Any]]] = [
        ("POST", LIST, of(post), ada, said),
        ("POST", LIST, of(post), None, said),
        ("POST", LIST, of(nothing), ada, said),
        ("POST", LIST, of(draft), ada, said),
        ("POST", LIST, of(post), ada, empty),
        ("POST", LIST, of(post), ada, UNREADABLE),
        ("GET", LIST, of(post), None, {}),
        ("GET", LIST, f"{of(post)}?limit=1", None, {}),
        ("GET", LIST, of(nothing), None, {}),
        ("GET", LIST, f"{of(post)}?limit=0", None, {}),
        ("GET", ONE, one(made[0]), None, {}),
        ("GET", ONE, one(nothing), None, {}),
        ("GET", ONE, one({"id": 0}), None, {}),
        ("PATCH", ONE, one(made[0]), ada, said),
        ("GET", ONE, one(made[0]), None, {}),
        ("PATCH", ONE, one(made[0]), eve, said),
        ("PATCH", ONE, one(made[0]), None, said),
        ("PATCH", ONE, one(nothing), ada, said),
        ("PATCH", ONE, one(made[0]), ada, empty),
        ("PATCH", ONE, one(made[0]), ada, UNREADABLE),
        ("DELETE", ONE, one(made[0]), eve, {}),
        ("DELETE", ONE, one(made[0]), None, {}),
        ("DELETE", ONE, one(nothing), ada, {}),
        ("DELETE", ONE, one({"id": 0}), ada, {}),
        ("DELETE", ONE, one(made[0]), ada, {}),
    ]
    return [
        (f"{method} {key}", comments.ask(method, url, who, **sent))
        for method, key, url, who, sent in asked
    ]


@check(
    title="Bodies of comments have examples, which are valid, and welcome when they are sent",
    items=["endpoint.docs"],
    why="People copy the example and change it. Without one they guess.",
    read="What is documented",
    needs=["17.described"],
)
def test_examples(comments: Comments, document: Document):
    ada = comments.user()
    post = comments.post(ada)
    for key, welcome in WELCOME.items():
        operation = document.operation(key)
        places = []
        if operation.body:
            places.append((document.followed(f"{operation.pointer}/requestBody"), "takes"))
        if welcome != "204":
            where = f"{operation.pointer}/responses/{welcome}"
            places.append((document.followed(where), "answers"))
        for place, does in places:
            media = f"{place}/content/{escaped(JSON)}"
            found = document.shown_for(f"{media}/schema", media)
            expect(
                bool(found) or does == "answers",
                seen=f"{operation.name} has no example of the body that it takes.",
                wanted="examples=[…] at each field, or at the schema.",
            )
            for example in found:
                wrong = document.errors(f"{media}/schema", example)
                expect(
                    not wrong,
                    seen=f"The example {shown(example)} of what {operation.name} {does} is not"
                    f" valid by its schema: {wrong[0] if wrong else ''}.",
                    wanted="An example that the schema takes.",
                )
                if does == "takes":
                    url = of(post) if key.startswith("POST") else one(comments.write(ada, post))
                    doing = "with its own example"
                    status = int(welcome)
                    comments.wanted(operation.method.upper(), url, status, ada, doing, json=example)
    schema = document.media(document.operation(f"GET {ONE}"), "200", JSON)
    properties = table(table(document.at(document.followed(str(schema)))).get("properties"))
    expect(
        set(properties) == FIELDS,
        seen=f"A comment is documented with {', '.join(sorted(properties)) or 'no fields'}.",
        wanted=f"{', '.join(sorted(FIELDS))}.",
    )
