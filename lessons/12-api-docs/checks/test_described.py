"""What openapi.json says of the service and of each operation, in names and in words."""

import json
import re

from checker.judge import check, expect
from checker.judge.evidence import Http, Launch, Probe, Project, body, summarize
from kit.openapi import Document, series, shown, table, text
from kit.provoked import OPERATIONS

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
IN_A_PATH = re.compile(r"api_?v\d|__\w+__|[{}/]")
DESCRIBING, PATIENCE = "described_anew", 60.0
DESCRIBE = """
import json
from app.main import create_app

print("openapi.json:", json.dumps(create_app().openapi()))
"""
SAID = re.compile(r"^openapi\.json: (\{.*\})$", re.MULTILINE)
"""What that prints, among whatever the service says of itself."""
PLACEHOLDERS = ("FastAPI", "My API", "API")
INTERNALS = re.compile(
    r"^\s*(Args|Arguments|Returns|Raises|Yields)(:|\s*$)"
    r"|:(param|type|returns?|rtype|raises)\b"
    r"|\b(TODO|FIXME|XXX|HACK)\b"
    r"|\b(AsyncSession|Session|SQLAlchemy|Depends|BaseModel|[Pp]ydantic|FastAPI)\b"
    r"|\b[A-Z]\w*(Repository|Service|Dep|Error|Exception)\b",
    re.MULTILINE,
)


@check(
    title="The description says whose it is: a title, a version, and what the service is for",
    items=["topic.openapi", "quickref.docs-urls"],
    why="It is the first thing that a stranger reads, and all that a catalogue of services shows.",
    read="Who you are",
)
def test_info(http: Http):
    response = http.get("/openapi.json")
    expect(
        response.status_code == 200,
        seen=f"GET /openapi.json was answered with {summarize(response)}",
        wanted="200 and the description, outside of production.",
    )
    info = table(body(response).get("info"))
    title = text(info.get("title"))
    expect(
        bool(title) and title not in PLACEHOLDERS,
        seen=f"The title is {shown(info.get('title'))}.",
        wanted='FastAPI(title="…"): the name of your service.',
    )
    expect(
        bool(text(info.get("version"))) and info.get("version") != "0.1.0",
        seen=f"The version is {shown(info.get('version'))}.",
        wanted='FastAPI(version="…"): your own; 0.1.0 is what FastAPI says when nobody does.',
    )
    told = text(info.get("description"))
    expect(
        len(told) >= 40,
        seen=f"The description is {shown(told)}." if told else "There is no description.",
        wanted='FastAPI(description="…"): a sentence or more (at least 40 characters) for whoever'
        " has never seen the service.",
    )


@check(
    title="Each tag that an operation has is described",
    items=["endpoint.docs"],
    why="Tags are the chapters of /docs; a chapter without a word is a list.",
    read="Who you are",
)
def test_tags(document: Document):
    tags = [table(each) for each in series(document.whole.get("tags"))]
    described = {each.get("name"): text(each.get("description")) for each in tags}
    told = ", ".join(repr(name) for name, words in described.items() if words)
    for operation in document.operations:
        used = series(operation.told.get("tags"))
        expect(
            bool(used),
            seen=f"{operation.name} has no tag.",
            wanted="A tag for every operation, given on its router.",
        )
        for name in used:
            expect(
                bool(described.get(name)),
                seen=f"{operation.name} has the tag {name!r}, and openapi.json has no word about"
                f" it: {told or 'no tag'} described.",
                wanted='FastAPI(openapi_tags=[{"name": "…", "description": "…"}, …]).',
            )


@check(
    title="Every operation has a summary of its own, and a description",
    items=["endpoint.docs"],
    why="A name says what a function is called. What it does for a client, only you can say.",
    read="Words for people",
)
def test_words(document: Document):
    seen: dict[str, str] = {}
    for operation in document.operations:
        summary = text(operation.told.get("summary"))
        told = text(operation.told.get("description"))
        expect(
            bool(summary),
            seen=f"{operation.name} has no summary.",
            wanted='@router.get(…, summary="…"), or the one that FastAPI makes of the name.',
        )
        expect(
            len(summary) <= 80 and "\n" not in summary,
            seen=f"{operation.name} has the summary {summary!r}.",
            wanted="A few words (at most 80 characters). The rest is for the description.",
        )
        expect(
            summary.lower() not in seen,
            seen=f"{operation.name} and {seen.get(summary.lower())} have the same summary,"
            f" {summary!r}.",
            wanted="One that tells them apart.",
        )
        seen[summary.lower()] = operation.name
        expect(
            len(told) >= 10 and told.strip(".").lower() != summary.strip(".").lower(),
            seen=f"{operation.name} has the description {told!r}."
            if told
            else f"{operation.name} has no description.",
            wanted="A sentence that says more than the summary: a docstring in the route.",
        )


@check(
    title="What is told holds nothing of the inside",
    items=["endpoint.docs"],
    why="A route's docstring is published. So is that of every schema.",
    read="Words for people",
)
def test_internals(document: Document):
    for where, told in document.texts():
        found = INTERNALS.search(told)
        expect(
            found is None,
            seen=f"What is told of {where} has {(found[0] if found else '').strip()!r} in it:"
            f" {shown(told)}",
            wanted="What clients can use. Notes for colleagues are comments, or stand behind a"
            r" form feed (\f), where FastAPI stops reading.",
        )


@check(
    title="Every operation has an id that a generated client can use as a name, and none has two",
    items=["topic.openapi"],
    why="Generators make a method of each id. Of two that are equal, one is dropped.",
    read="Names for programs",
)
def test_ids(document: Document):
    seen: dict[str, str] = {}
    for operation in document.operations:
        found = operation.told.get("operationId")
        expect(
            isinstance(found, str) and bool(NAME.fullmatch(found)),
            seen=f"{operation.name} has the operation id {shown(found)}.",
            wanted="Letters, digits, _, - and dots, a letter first: create_post, createPost.",
        )
        name = str(found)
        expect(
            IN_A_PATH.search(name) is None,
            seen=f"{operation.name} has the operation id {name}, with its path in it.",
            wanted="FastAPI(generate_unique_id_function=…), which takes route.name, or an"
            " operation_id on each route.",
            why="Whoever has generated a client from it writes the path in every call.",
        )
        plain = re.sub(r"[^a-z0-9]", "", name.lower())
        expect(
            plain not in seen,
            seen=f"{operation.name} and {seen.get(plain)} have the operation id {name}.",
            wanted="One for each. FastAPI only warns of two.",
        )
        seen[plain] = operation.name


@check(
    title="Operation ids stay when the service moves below another prefix",
    items=["topic.openapi"],
    why="An id with a path in it breaks every generated client on the day of /api/v2.",
    read="Names for programs",
    needs=["12.ids"],
)
def test_stable(document: Document, probe: Probe):
    moved = probe(
        "moved", prefix="/elsewhere/v9", doing="moving every router to another prefix", expects=dict
    )
    there = Document(moved)
    before = {each.key: each.told.get("operationId") for each in document.operations}
    after = {each.key: each.told.get("operationId") for each in there.operations}
    for key, name in before.items():
        method, _, path = key.partition(" ")
        new = after.get(f"{method} /elsewhere/v9{path}", after.get(key, name))
        expect(
            new == name,
            seen=f"{key} has the operation id {name}; below /elsewhere/v9 it has {new}.",
            wanted="The same, wherever the router is included: made of the route's name or tags,"
            " not of its path.",
        )


@check(
    title="openapi.json has every operation, and nothing is hidden from it",
    items=["topic.openapi"],
    why="What is not described is used all the same, by whoever finds it, and guarded by nobody.",
    read="Nothing hidden",
)
def test_complete(document: Document, probe: Probe):
    for key in OPERATIONS:
        document.operation(key)
    there = {(each.method, each.path) for each in document.operations}
    for method, path in probe("routes", doing="listing every route", expects=list[list[str]]):
        hidden = (method.lower(), path) not in there
        expect(
            not hidden or not path.startswith("/api/"),
            seen=f"{method} {path} is answered, and openapi.json has no word about it.",
            wanted="It is described, or it is not there: no include_in_schema=False.",
        )


@check(
    title="openapi.json is the same whenever it is asked for",
    items=["topic.openapi"],
    why="Clients are generated from it and compared with it: what changes by itself breaks builds.",
    read="Nothing hidden",
)
def test_constant(http: Http, project: Project, launch: Launch):
    first = http.get("/openapi.json")
    for url in ("/api/v1/posts/1", "/api/v1/nothing", "/docs"):
        http.get(url)
    for _ in range(2):
        again = http.get("/openapi.json")
        expect(
            again.status_code == 200 and again.content == first.content,
            seen="Asked for again, /openapi.json is another: the"
            f" {_differing(body(first), body(again))} has changed.",
            wanted="The same. A custom openapi() makes it once, and changes it no more: what"
            " FastAPI.openapi() gives is kept, and given again.",
        )
    http.stop()
    http.start(afresh=True)
    again = http.get("/openapi.json")
    expect(
        again.content == first.content,
        seen="After a restart /openapi.json is another: the"
        f" {_differing(body(first), body(again))} has changed.",
        wanted="The same from every process: nothing in it that is made anew, such as a uuid4(),"
        " the time, or the order of a set.",
    )
    project.write(f"{DESCRIBING}.py", DESCRIBE)
    started = [launch(DESCRIBING, env={"PYTHONHASHSEED": seed}) for seed in ("0", "1")]
    for each in started:
        each.wait(PATIENCE)
    described = [said for each in started for said in SAID.findall(each.printed())]
    if len(described) < len(started):
        return  # a process of its own describes nothing here: other checks say why
    zero, one = described
    expect(
        one == zero,
        seen="With PYTHONHASHSEED=1, openapi.json is another than with 0, in the"
        f" {_differing(json.loads(zero), json.loads(one))}.",
        wanted="The same from every process: sorted(…), or a list, where a set was.",
        why="Each process has a seed of its own for the order of its sets, and a service has"
        " several processes.",
    )


def _differing(first: dict, again: dict) -> str:
    """The part of two descriptions in which they differ, as a path."""
    where: list[str] = []
    while isinstance(first, dict) and isinstance(again, dict):
        names = [name for name in {**first, **again} if first.get(name) != again.get(name)]
        if not names:
            return "order of its parts"
        where.append(str(names[0]))
        first, again = first.get(names[0]), again.get(names[0])
    return " → ".join(where)


@check(
    title="Describing the service warns of nothing",
    items=["topic.openapi", "endpoint.docs"],
    why="Field(example=…), schema_extra and equal ids are warned of once, and then forgotten.",
    read="Examples",
)
def test_quiet(probe: Probe):
    warned = probe.afresh(
        "warnings_of", doing="importing the application and describing it", expects=list[str]
    )
    expect(
        not warned,
        seen=f"Describing the service warns: {warned[0] if warned else ''}",
        wanted="examples=[…] and json_schema_extra, the names of pydantic 2, and an id for each"
        " operation.",
    )
