"""How the work is divided: seen in what runs for a comment, and in the files that do."""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from checker.judge import Blocked, check, expect
from checker.judge.evidence import (
    Command,
    Http,
    Location,
    Module,
    Probe,
    Project,
    Source,
    dotted,
    summarize,
)
from kit.accounts import PROBLEM
from kit.comments import NOTHING, Comments, Table, of, one, requests
from kit.events import refusing
from kit.work import Query, cost

CROWD = 5_000
"""Comments on one post."""
LIMIT = 10
WEB = ("fastapi", "starlette")
QUERYING = {"execute", "scalars", "scalar", "stream", "flush", "commit", "rollback", "add_all"}
SQL = re.compile(
    r"\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s.+\sSET|DELETE\s+FROM)\s",
    re.IGNORECASE | re.DOTALL,
)
OTHERS = ("PostService.", "UserService.", "AuthService.", "PreviewService.", "HealthService.")
SKIPPED = ("__init_subclass__", "[valid-type]", "[misc]")
"""What mypy says of a class only because it has not read the libraries."""


@dataclass(frozen=True)
class Work:
    """What one request had sent: its statements on comments, each with the functions that had it
    sent, and who committed."""

    name: str
    statements: Sequence[tuple[str, Sequence[str]]]
    commits: Sequence[Sequence[str]]


@pytest.fixture
def works(comments: Comments) -> list[Work]:
    """The five requests, each with what it had the database do. Raises Unmet."""
    comments.http.start(setup="watch")
    table = comments.table()
    ada, eve = comments.user(), comments.user()
    post = comments.post(ada)
    comment = comments.write(eve, post)
    found = []
    for method, url, sent in requests(post, comment, comments.content()):
        comments.http.inside("forget")
        response = comments.ask(method, url, eve, **sent)
        expect(
            response.is_success,
            seen=f"{method} {url} was answered with {summarize(response)}",
            wanted="2xx.",
        )
        sent_ = comments.http.inside("statements", expects=list[dict])
        mine = [(each["sql"], each["by"]) for each in sent_ if table.name in each["sql"]]
        commits = comments.http.inside("committed", expects=list[list[str]])
        found.append(Work(f"{method} {url}", mine, commits))
    return found


@pytest.fixture
def endpoints(probe: Probe) -> dict[str, str]:
    """The files of the functions behind the routes of comments, by module."""
    found = probe.shared("endpoints", doing="listing the routes of comments", expects=list[dict])
    if not found:
        raise Blocked("17.created")
    return {each["module"]: each["module"].replace(".", "/") for each in found}


@check(
    title="A route neither queries nor commits, and whatever does knows nothing of HTTP",
    items=[
        "principle.layered-architecture",
        "antipattern.raw-sql-in-routes",
        "dont.logic-in-route",
        "architecture.repository",
    ],
    why="A layer that knows only the one below can be read, tested and replaced by itself.",
    read="Layers",
    errata=["E41"],
    needs=["17.changed", "17.list"],
)
def test_layers(works: list[Work], endpoints: dict[str, str], source: Source):
    above = {f"{name}{end}" for name in endpoints.values() for end in (".py", "/__init__.py")}
    above |= {"app/dependencies.py", "app/main.py"}
    for work in works:
        for what, callers in (*work.statements, *(("COMMIT", each) for each in work.commits)):
            told = " ".join(what.split())[:80]
            file = _file(callers)
            expect(
                file not in above,
                seen=f"{work.name} has `{told}` sent from {_function(callers)} in {file}.",
                wanted="A function below the routes that asks the database; the route calls it.",
                at=Location(file=file, line=1) if file else None,
            )
            web = _imports(source.module(file), WEB) if file else None
            expect(
                web is None,
                seen=f"{file}, which has `{told}` sent for {work.name}, imports {web and web[0]}.",
                wanted="What asks the database knows nothing of HTTP: errors of the domain, plain"
                " values.",
                at=web[1] if web else None,
            )
    for module in (source.named(name) for name in endpoints):
        for node in module.walk() if module else ():
            text = node.value if isinstance(node, ast.Constant) else None
            expect(
                not (isinstance(text, str) and SQL.match(text)),
                seen=f"A route holds the SQL {str(text).strip()[:60]!r}.",
                wanted="A query below the routes, in SQLAlchemy's own terms.",
                at=module.at(node),
            )
            name = dotted(node.func) if isinstance(node, ast.Call) else ""
            expect(
                "." not in name or name.split(".")[-1] not in QUERYING,
                seen=f"A route calls {name}(…).",
                wanted="A call of what does the work; sessions are for the layers below.",
                at=module.at(node),
            )
            asked = _asked(node)
            expect(
                asked is None,
                seen=f"A route asks whether `{asked and ast.unparse(asked)}`.",
                wanted="A service that decides which posts take comments: whoever calls it without"
                " this route, such as an import, is held to the rule, too.",
                at=module.at(asked or node),
            )


@check(
    title="Comments have a service of their own, and one transaction for each change",
    items=[
        "antipattern.god-service",
        "architecture.service-transactions",
        "endpoint.service-function",
    ],
    why="A service that does everything is changed by everybody, and tested by nobody.",
    read="Layers",
    errata=["E07"],
    needs=["17.layers"],
)
def test_own_service(works: list[Work]):
    for work in works:
        method = work.name.split()[0]
        for what, callers in work.statements:
            names = [each.partition(":")[2] for each in callers]
            other = [each for each in names if each.startswith(OTHERS)]
            expect(
                not other,
                seen=f"{work.name} has `{' '.join(what.split())[:80]}` sent by"
                f" {other and other[0]}.",
                wanted="A service, or functions, for comments alone: posts have theirs.",
            )
        writing = method != "GET"
        if writing:
            expect(
                len(work.commits) == 1,
                seen=f"{work.name} has {len(work.commits)} COMMITs sent.",
                wanted="One for the change and its event.",
            )
            [by] = work.commits
            files = {each.partition(":")[0] for each in by}
            expect(
                len(files) > 1,
                seen=f"{work.name}: the whole request is in {', '.join(files)}.",
                wanted="The route in one module, what it calls in another.",
            )


@check(
    title="Every session comes from get_db, by FastAPI's dependencies",
    items=["principle.dependency-injection"],
    why="A session that a route makes for itself is on another database than your tests.",
    read="Layers",
    needs=["17.created"],
)
def test_injected(comments: Comments):
    ada = comments.user()
    post = comments.post(ada)
    comment = comments.write(ada, post)
    comments.http.inside("replace_get_db", doing="replacing get_db by what answers 418")
    for method, url, sent in requests(post, comment, "Text"):
        response = comments.ask(method, url, ada, **sent)
        expect(
            response.status_code == 418,
            seen=f"With get_db replaced by what answers 418, {method} {url} was answered with"
            f" {summarize(response)}",
            wanted="418: Annotated[AsyncSession, Depends(get_db)], in a dependency or the route.",
        )


@check(
    title="mypy --strict finds nothing in the modules that you add",
    items=["principle.type-hints", "dont.no-type-hints", "endpoint.service-function"],
    why="A misspelt method or a forgotten None is found while you type, and not by a customer.",
    read="Layers",
    errata=["E10"],
    needs=["17.layers"],
)
def test_typed(
    works: list[Work],
    endpoints: dict[str, str],
    probe: Probe,
    command: Command,
    project: Project,
    inherited: frozenset[str],
):
    asked = {each.partition(":")[0] for work in works for _, by in work.statements for each in by}
    asked |= {f"{name}.py" for name in endpoints.values()}
    told = probe.shared("schemas", doing="reading the schemas of comments", expects=list[list[str]])
    asked |= {f"{module.replace('.', '/')}.py" for _, module in told}
    models = probe.shared("models", doing="importing the application", expects=list[dict])
    asked |= {f"{each['module'].replace('.', '/')}.py" for each in models}
    outcome = command(
        "mypy",
        "--strict",
        "--follow-imports=skip",  # the libraries' own types take ten seconds to read
        *("--allow-subclassing-any", "--allow-untyped-decorators", "--no-warn-return-any"),
        *("--no-warn-unused-ignores", "--no-error-summary", "--hide-error-context"),
        *("--cache-dir", str(project.beside / "mypy")),
        "app",
        deadline=180,
    )
    errors = re.findall(r"^(app/\S+\.py):(\d+): error: (.+)$", outcome.output, re.MULTILINE)
    errors = [each for each in errors if each[0] in asked - inherited]
    errors = [each for each in errors if not any(word in each[2] for word in SKIPPED)]
    file, line, said = errors[0] if errors else ("", "0", "")
    expect(
        not errors,
        seen=f"mypy --strict: {said}",
        wanted="Every parameter and result annotated, and only methods that exist.",
        at=Location(file=file, line=int(line)) if errors else None,
    )


@check(
    title="What comes in and goes out are models of pydantic 2",
    items=["principle.pydantic-v2", "endpoint.schema", "model.schema"],
    why="A dict that is handed through has whatever somebody sent, or whatever a row holds.",
    read="Layers",
    errata=["E11", "E12"],
    needs=["17.created"],
)
def test_pydantic(probe: Probe, source: Source):
    found = probe.shared(
        "schemas", doing="reading the schemas of comments", expects=list[list[str]]
    )
    expect(
        len(found) >= 3,
        seen=f"The routes of comments take and give {', '.join(name for name, _ in found) or 'no'}"
        " models of pydantic's.",
        wanted="A model for each body that is taken, and one for what is given.",
    )
    for module in {name: source.named(name) for _, name in found}.values():
        for node in module.walk() if module else ():
            old = _old(node)
            expect(
                not old,
                seen=f"{module.file} has {old}, which is pydantic 1's.",
                wanted="field_validator, model_config = ConfigDict(…), model_dump, model_validate.",
                at=module.at(node),
            )


def _old(node: ast.AST) -> str:
    """What of pydantic 1 stands here."""
    if isinstance(node, ast.ClassDef) and node.name == "Config":
        return "class Config"
    name = dotted(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
    if name in ("validator", "root_validator", "from_orm", "parse_obj"):
        return name
    return "orm_mode" if isinstance(node, ast.keyword) and node.arg == "orm_mode" else ""


@check(
    title="Every error of comments is a problem, and tells nothing of the inside",
    items=[
        "principle.error-handling",
        "antipattern.missing-error-handling",
        "topic.error-handling",
    ],
    why="Clients read one shape. Strangers read whatever else there is.",
    read="Layers",
    errata=["E05", "E26", "E27"],
    needs=["17.refused", "17.ids", "17.draft", "17.owners"],
)
def test_problems(comments: Comments, http: Http):
    table = comments.table()
    ada, eve = comments.user(), comments.user()
    post, draft = comments.post(ada), comments.post(ada, published=False)
    made = comments.write(ada, post)
    said = {"json": {"content": "Text"}}
    cases: list[tuple[str, str, Any, dict[str, Any], int]] = [
        ("POST", of(post), None, said, 401),
        ("PATCH", one(made), eve, said, 403),
        ("DELETE", one(made), eve, {}, 403),
        ("GET", one({"id": NOTHING}), None, {}, 404),
        ("GET", of({"id": NOTHING}), None, {}, 404),
        ("PUT", one(made), ada, said, 405),
        ("POST", of(draft), ada, said, 409),
        ("POST", of(post), ada, {"json": {"content": ""}}, 422),
        ("GET", f"{of(post)}?limit=0", None, {}, 422),
        ("POST", of(post), ada, {"content": b"{"}, 422),
    ]
    for method, url, who, sent, status in cases:
        _problem(comments.ask(method, url, who, **sent), f"{method} {url}", status)
    with refusing(comments.database, table.name, "INSERT", "UPDATE", "DELETE"):
        for method, url, sent in (("POST", of(post), said), ("DELETE", one(made), {})):
            response = comments.ask(method, url, ada, **sent)
            doing = f"The database takes no change of comments, and {method} {url}"
            _problem(response, doing, 500)
            told = response.text.lower()
            expect(
                not any(word in told for word in ("disk", "sqlite", "psycopg", "traceback")),
                seen=f"{doing} was answered with {summarize(response)}",
                wanted="No word of what is inside.",
            )


def _problem(response: Any, doing: str, status: int) -> None:
    kind = response.headers.get("content-type", "").partition(";")[0]
    told = response.json() if kind == PROBLEM else {}
    expect(
        response.status_code == status and kind == PROBLEM,
        seen=f"{doing} was answered with {summarize(response)} as {kind or 'no type'}.",
        wanted=f"{status} as {PROBLEM}: what the service raises, and what lesson 07 makes of it.",
    )
    expect(
        told.get("status") == status and bool(told.get("title")) and bool(told.get("request_id")),
        seen=f"{doing} was answered with the problem {told}.",
        wanted=f"title, status = {status}, detail and request_id.",
    )


@check(
    title="A list takes as many statements for a hundred comments as for one",
    items=["topic.db-optimization", "model.relationship-loading"],
    why="One statement for each row is a second of waiting for five hundred, on any network.",
    read="Layers",
    errata=["E08"],
    needs=["17.list"],
)
def test_constant(comments: Comments):
    comments.http.start(setup="watch")
    table = comments.table()
    ada = comments.user()
    few, many = comments.post(ada), comments.post(ada)
    comments.store(table, few, [ada])
    comments.store(table, many, [comments.user() for _ in range(100)])
    counts = []
    for post, number in ((few, 1), (many, 100)):
        comments.page(post, "limit=100")
        comments.http.inside("forget")
        expect(
            len(comments.ids(post)) == number,
            seen=f"GET {of(post)}?limit=100 gave {len(comments.ids(post))} of {number} comments.",
            wanted=f"{number}.",
        )
        counts.append(comments.http.inside("statements", expects=list[dict]))
    alone, hundred = counts
    expect(
        len(hundred) <= len(alone),
        seen=f"A list of one comment takes {len(alone)} statements, and one of a hundred by as"
        f" many people {len(hundred)}. The last is `{hundred[-1]['sql'][:200] if hundred else ''}`",
        wanted="As many: joinedload or selectinload for the author.",
    )


def _reads(sql: str, table: Table) -> bool:
    return table.name in sql and sql.lstrip().upper().startswith(("SELECT", "WITH"))


def _asked(node: ast.AST) -> ast.expr | None:
    """The condition, where it is about a post being published."""
    if not isinstance(node, ast.If | ast.IfExp | ast.Match):
        return None
    test = node.subject if isinstance(node, ast.Match) else node.test
    named = {each.attr for each in ast.walk(test) if isinstance(each, ast.Attribute)}
    return test if "published" in named else None


def _file(callers: Sequence[str]) -> str:
    return callers[0].partition(":")[0] if callers else ""


def _function(callers: Sequence[str]) -> str:
    return callers[0].partition(":")[2] if callers else "outside of the project"


def _imports(module: Module, packages: Sequence[str]) -> tuple[str, Location] | None:
    """The first import of one of these packages, and where."""
    for node in module.walk():
        names = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        for name in names:
            if name.split(".")[0] in packages:
                return name, module.at(node)
    return None


@check(
    title="A list is read from an index in its order, on the thousandth page as on the first",
    items=["model.indexes", "topic.db-optimization"],
    why="What is read in its order need not be sorted, and what is found need not be counted off.",
    read="Layers",
    errata=["E24"],
    needs=["17.pages"],
)
def test_cost(comments: Comments):
    comments.http.start(setup="watch")
    table = comments.table()
    ada, eve = comments.user(), comments.user()
    post = comments.post(ada)
    comments.store(table, post, [ada] * CROWD)
    comments.store(table, comments.post(eve), [ada] * 500)
    first = comments.page(post, f"limit={LIMIT}")
    last = comments.page(post, "limit=100")
    for _ in range(CROWD // 100 - 5):
        last = comments.behind(post, last, 100)
    found = []
    for page in (first, last):
        comments.http.inside("forget")
        comments.behind(post, page, LIMIT)
        sent = comments.http.inside("statements", expects=list[dict])
        queries = [
            Query(each["sql"], each["values"]) for each in sent if _reads(each["sql"], table)
        ]
        found.append([(each, cost(comments.database, each, table.name)) for each in queries])
    near, deep = found
    for query, each in near + deep:
        expect(
            not each.sorts,
            seen=f"For a page of comments the database plans to sort: {each}. The query is"
            f" `{query}`",
            wanted="An index that begins with the post and goes on with what a list is sorted by.",
        )
    for query, each in near + deep:
        expect(
            each.rows <= LIMIT + 1,
            seen=f"For a page of {LIMIT} comments the database gives {each.rows} rows to `{query}`",
            wanted=f"At most {LIMIT}, and one to know whether more follow: .limit(limit + 1).",
        )
    little, much = (sum(each.work for _, each in costs) for costs in (near, deep))
    query, each = max(deep, key=lambda pair: pair[1].work)
    expect(
        much <= 3 * little + 1500,
        seen=f"The second page of a post's comments takes {little} {each.unit}, and one behind"
        f" {CROWD - 400} others {much}. The query is `{query}`, the plan {each}",
        wanted="As many for each page: what is behind the cursor is found in the index at once.",
    )
