"""Examples of openapi.json: there, valid by their schemas, and welcome when sent."""

from typing import Any
from urllib.parse import quote

from checker.judge import Unmet, check, expect
from checker.judge.evidence import Http, Probe, summarize
from kit.accounts import Accounts
from kit.openapi import JSON, Document, Operation, escaped, series, shown, table
from kit.provoked import OPERATIONS

WAYS = 'examples=[…] at each field, json_schema_extra={"examples": […]} at the schema, or'
NO_BODY = ("204",)


@check(
    title="Every body, sent or received, has an example",
    items=["endpoint.docs"],
    why="People copy the example and change it. Without one they guess.",
    read="Examples",
)
def test_examples(document: Document):
    for key in OPERATIONS:
        operation = document.operation(key)
        for kind in operation.body:
            if kind == JSON:
                wanted(document, operation, kind)
        for status in operation.responses:
            if status[:1] != "2" or status in NO_BODY:
                continue
            response = document.followed(f"{operation.pointer}/responses/{status}")
            media = f"{response}/content/{escaped(JSON)}"
            expect(
                bool(document.shown_for(f"{media}/schema", media)),
                seen=f"{operation.name} has no example of what it answers with {status}.",
                wanted=f"{WAYS} in the content of responses. Of several fields, each that is"
                " required needs one.",
            )


def wanted(document: Document, operation: Operation, kind: str) -> list[Any]:
    """The examples of an operation's body. Raises Unmet where there is none."""
    found = document.body_examples(operation, kind)
    if not found:
        raise Unmet(
            f"{operation.name} has no example of the body that it takes.",
            f"{WAYS} Body(openapi_examples=…). Of several fields, each that is required needs one.",
        )
    return found


@check(
    title="Every example is valid by the schema that it is for",
    items=["topic.openapi"],
    why="Nobody else looks: FastAPI publishes whatever stands there.",
    read="Examples",
    needs=["12.references"],
)
def test_valid_examples(document: Document):
    for each in document.examples():
        wrong = document.errors(each.pointer, each.value)
        expect(
            not wrong,
            seen=f"The example {shown(each.value)} of {each.where} is not valid by its schema:"
            f" {wrong[0] if wrong else ''}.",
            wanted=_valid(wrong),
        )
    for key in OPERATIONS:
        operation = document.operation(key)
        for status in operation.responses:
            response = document.followed(f"{operation.pointer}/responses/{status}")
            for kind in table(table(document.at(response)).get("content")):
                media = f"{response}/content/{escaped(kind)}"
                for example in document.shown_for(f"{media}/schema", media):
                    wrong = document.errors(f"{media}/schema", example)
                    expect(
                        not wrong,
                        seen=f"The example {shown(example)} of {status} of {operation.name} is not"
                        f" valid by its schema: {wrong[0] if wrong else ''}.",
                        wanted=_valid(wrong),
                    )


def _valid(wrong: list[str]) -> str:
    if any("required property" in each for each in wrong):
        return (
            "An example that the schema takes. Is the member null in yours? FastAPI leaves null"
            " members out of every example that it publishes: show a value."
        )
    return "An example that the schema takes."


@check(
    title="Every example that is sent is welcome",
    items=["endpoint.docs"],
    why="The first thing that a reader does with your API is Try it out.",
    read="Examples",
    needs=["12.examples"],
)
def test_sent_examples(document: Document, http: Http, accounts: Accounts):
    user = accounts.add()
    post = accounts.post_of(user)
    headers = accounts.headers(user)
    ids = {"users": user["id"], "posts": post["id"]}
    for key in OPERATIONS:
        operation = document.operation(key)
        method, _, path = key.partition(" ")
        path = path.format(ids[path.split("/")[3]] if "{}" in path else "")
        for kind in operation.body:
            if kind != JSON:
                continue
            for example in wanted(document, operation, kind):
                response = http.request(method, path, json=example, headers=headers)
                expect(
                    response.is_success or response.status_code == 409,
                    seen=f"The example {shown(example)} of {operation.name}, sent, was answered"
                    f" with {summarize(response)}",
                    wanted="2xx: an example can be sent as it is. (409 where another example has"
                    " taken the name.)",
                )
        parameters(document, operation, http, path, headers)


def parameters(
    document: Document, operation: Operation, http: Http, path: str, headers: dict[str, str]
) -> None:
    """Expect the examples of an operation's parameters to be taken, one at a time. Raises Unmet."""
    if operation.method != "get":
        return
    for number, told in enumerate(series(operation.told.get("parameters"))):
        pointer = document.followed(f"{operation.pointer}/parameters/{number}")
        parameter = table(told) | table(document.at(pointer))
        for example in document.shown_for(f"{pointer}/schema", pointer):
            name, place = str(parameter.get("name")), parameter.get("in")
            if place == "path":
                url = operation.path.replace(f"{{{name}}}", quote(str(example), safe=""))
                response = http.get(url, headers=headers)
            elif place == "query":
                value = str(example).lower() if isinstance(example, bool) else example
                response = http.get(path, params={name: value}, headers=headers)
            else:
                continue
            expect(
                response.status_code in (200, 404),
                seen=f"The example {shown(example)} of {name} of {operation.name}, sent, was"
                f" answered with {summarize(response)}",
                wanted="200, or 404 where an id is nobody's.",
            )


@check(
    title="Where a PATCH documents null, null is taken; and it is no default",
    items=["topic.openapi"],
    why="A client that sends what the document allows, and gets a 422, has nobody to believe.",
    read="Examples",
)
def test_null(document: Document, http: Http, accounts: Accounts, probe: Probe):
    user = accounts.add()
    post = accounts.post_of(user)
    for key, number in (
        ("PATCH /api/v1/posts/{}", post["id"]),
        ("PATCH /api/v1/users/{}", user["id"]),
    ):
        operation = document.operation(key)
        body = document.followed(f"{operation.pointer}/requestBody")
        media = document.followed(f"{body}/content/{escaped(JSON)}/schema")
        for name, told in table(table(document.at(media)).get("properties")).items():
            try:
                takes = not document.errors(f"{media}/properties/{escaped(name)}", None)
            except Unmet:
                continue  # a reference that leads nowhere is another check's
            if not takes:
                continue
            url = key.partition(" ")[2].format(number)
            response = http.patch(url, json={name: None}, headers=accounts.headers(user))
            expect(
                response.is_success,
                seen=f"{operation.name} documents that {name} may be null: {shown(told)}."
                f" Sent, it was answered with {summarize(response)}",
                wanted="SkipJsonSchema[None] in the place of None, as in lesson 03.",
            )
    found = probe(
        "null_defaults", doing="reading the documentation of PATCH schemas", expects=list[str]
    )
    expect(
        not found,
        seen=f"null is documented as the default of {', '.join(found)}, which the service refuses.",
        wanted="No default, as in lesson 03: json_schema_extra=hide_defaults. One of a schema's own"
        " replaces that of PatchModel; examples at the fields leave it as it is.",
    )
