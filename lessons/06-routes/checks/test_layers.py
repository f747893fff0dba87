"""The layers: who may import whom, and that every request goes through a service."""

import ast
import re

from checker.judge import check, expect
from checker.judge.evidence import Http, Location, Module, Probe, Source, dotted
from kit import POSTS, PostsApi

MAY_NOT = {
    "app.routes": ("app.repositories", "app.database", "app.main", "sqlalchemy"),
    "app.services": ("app.routes", "app.dependencies", "app.main", "fastapi", "starlette"),
    "app.repositories": (
        "app.routes",
        "app.services",
        "app.dependencies",
        "app.main",
        "fastapi",
        "starlette",
    ),
    "app.models": (
        "app.routes",
        "app.services",
        "app.repositories",
        "app.schemas",
        "app.dependencies",
        "app.main",
        "fastapi",
        "starlette",
    ),
}
DESCRIBING = {"summary", "description", "response_description", "title", "detail", "examples"}
QUERYING = {"execute", "scalars", "scalar", "stream", "flush", "commit", "rollback", "add_all"}
SQL = re.compile(
    r"\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s.+\sSET|DELETE\s+FROM)\s",
    re.IGNORECASE | re.DOTALL,
)


@check(
    title="Imports go one way: routes, services, repositories, models",
    items=["principle.layered-architecture"],
    why="A layer that knows only the one below can be read, tested and replaced by itself.",
    read="Layers",
    needs=["06.serves"],
)
def test_layers(probe: Probe):
    for found in probe("import_graph", doing="reading the imports of the package app"):
        importer, imported = found["importer"], found["imported"]
        for layer, forbidden in MAY_NOT.items():
            broken = _inside(importer, layer) and any(_inside(imported, each) for each in forbidden)
            file = importer.replace(".", "/") + ".py"
            expect(
                not broken,
                seen=f"{importer} imports {imported}.",
                wanted=f"{layer} without an import of {', '.join(forbidden)}.",
                at=Location(file=file, line=found["line"]) if found["line"] else None,
            )


@check(
    title="No SQL and no session in a route",
    items=["antipattern.raw-sql-in-routes", "dont.logic-in-route"],
    why="A query in a route is where nobody looks for queries, and no test reaches it alone.",
    read="Layers",
    errata=["E41"],
    needs=["06.one-prefix"],
)
def test_no_sql(source: Source):
    for module in source.package("app.routes"):
        words = {id(node) for node in _words(module)}
        for node in module.walk():
            text = node.value if isinstance(node, ast.Constant) and id(node) not in words else None
            expect(
                not (isinstance(text, str) and SQL.match(text)),
                seen=f"A route holds the SQL {str(text).strip()[:60]!r}.",
                wanted="select(Post) in the repository, called by the service.",
                at=module.at(node),
            )
    for module in source.package("app.routes"):
        for node in module.walk():
            name = dotted(node.func) if isinstance(node, ast.Call) else ""
            expect(
                "." not in name or name.split(".")[-1] not in QUERYING,
                seen=f"A route calls {name}(…).",
                wanted="A call of the service; sessions are for services and repositories.",
                at=module.at(node),
            )


@check(
    title="Every endpoint does its work through a service",
    items=["principle.layered-architecture", "dont.logic-in-route", "architecture.router-duties"],
    why="What a route does by itself, the next way in, a job or a message, has to do again.",
    read="Layers",
    needs=["06.updated", "06.deleted"],
)
def test_through_services(http: Http, api: PostsApi):
    user = api.user()
    post = api.post(user)
    http.inside("watch_services", doing="watching PostService and UserService")
    for method, url, options in api.requests(user, post):
        http.request(method, url, **options)
        called = http.inside("calls")
        wanted = "PostService" if url.startswith(POSTS) else "UserService"
        expect(
            any(name.startswith(wanted) for name in called),
            seen=f"{method} {url} called {', '.join(called) or 'no method of a service'}.",
            wanted=f"A call of {wanted}: the route validates, the service decides.",
        )


def _words(module: Module):
    """The texts that are for people: docstrings, and what describes an endpoint."""
    for node in module.walk():
        if isinstance(node, ast.Expr) or (isinstance(node, ast.keyword) and node.arg in DESCRIBING):
            yield node.value


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
