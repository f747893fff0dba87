"""What nobody thinks of: requests that Schemathesis makes, and what production tells."""

from checker.judge import check, expect
from checker.judge.evidence import Grading, Http, Probe, Project, summarize
from kit.accounts import Accounts
from kit.explorer import explore
from kit.openapi import Document

EXAMPLES = 5
"""Requests to each operation, of each kind: valid and not."""
PAGES = ("/openapi.json", "/docs", "/redoc", "/docs/oauth2-redirect")


@check(
    title="Requests that nobody would think of find no 500, and no answer that is not documented",
    items=["topic.openapi", "endpoint.docs"],
    why="Whoever tests your API by its description finds the same, in a minute, with a command.",
    read="What you did not think of",
    needs=["12.errors", "12.problems", "12.bodies", "12.references"],
)
def test_explored(
    document: Document, http: Http, accounts: Accounts, grading: Grading, project: Project
):
    user = accounts.add()
    posts = [accounts.post_of(user)["id"] for _ in range(2)]
    headers = accounts.headers(user)
    fixed = {}
    for operation in document.operations:
        if operation.method == "delete" or "{" not in operation.path:
            continue
        name = operation.path.partition("{")[2].partition("}")[0]
        number = user["id"] if "/users/" in operation.path else posts[0]
        if operation.path.count("{") == 1:
            fixed[operation.name] = {name: number}

    def send(method: str, url: str, sent: dict):
        return http.request(method, url, **{**sent, "headers": {**headers, **sent["headers"]}})

    for finding in explore(document.whole, send, seed=grading.seed, examples=EXAMPLES, fixed=fixed):
        request = project.request = finding.response.request
        expect(
            False,
            seen=f"{request.method} {request.url.raw_path.decode('ascii', 'replace')[:200]}"
            f" {finding.said}: {summarize(finding.response)}",
            wanted="An answer below 500, as openapi.json documents it.",
        )


@check(
    title="In production nothing is told: no description, and no page that shows it",
    items=["quickref.docs-urls"],
    why="A description is a map. Whoever needs yours in production can be given the file.",
    read="Not in production",
    errata=["E37"],
)
def test_production(http: Http, project: Project, probe: Probe, rng):
    expect(
        http.get("/openapi.json").status_code == 200,
        seen="Outside of production there is no /openapi.json.",
        wanted="200, and the description.",
    )
    shown = probe("pages", doing="listing the pages of the application", expects=list[str])
    http.stop()
    project.env |= {"ENVIRONMENT": "production", "SECRET_KEY": f"{rng.randrange(10**40):040}"}
    for url in sorted({*PAGES, *(each for each in shown if "{" not in each)}):
        response = http.get(url)
        expect(
            "openapi" not in response.text.lower() and '"paths"' not in response.text,
            seen=f"With ENVIRONMENT=production, GET {url} was answered with {summarize(response)}",
            wanted="404: one switch for all, openapi_url=None where settings.environment is"
            " production.",
        )
        expect(
            url not in PAGES or response.status_code == 404,
            seen=f"With ENVIRONMENT=production, GET {url} was answered with {summarize(response)}",
            wanted="404: one switch for all, openapi_url=None where settings.environment is"
            " production.",
        )
    given = probe(
        "described",
        environments=["production", "development"],
        doing="making applications with settings of their own",
        expects=list[bool],
    )
    expect(
        given == [False, True],
        seen="create_app(Settings(environment=…)) with production and with development gives an"
        f" application that describes itself: {' and '.join(map(str, given))}.",
        wanted="False and True: settings.environment decides, and no other variable.",
    )
