"""What nobody thinks of: requests that Schemathesis makes, and what production tells."""

import json
from collections.abc import Iterator, Mapping

from checker.judge import check, expect
from checker.judge.evidence import Grading, Http, Probe, Project, summarize
from kit.accounts import Accounts
from kit.explorer import explore
from kit.openapi import JSON, Document, Operation

EXAMPLES = 5
"""Requests to each operation, of each kind: valid and not."""
ODD = ("\ud800", "\x00", "\u202e\U0001f469\u200d\U0001f4bb")
"""What JSON can hold and not every place where it goes: half of a surrogate pair, NUL; and what
every place should hold."""
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
    for operation in document.operations:
        if "{" in operation.path and operation.name not in fixed:
            continue
        for content in _odd_bodies(document, operation):
            url = operation.path.format(**fixed.get(operation.name, {}))
            sent = {"headers": {"Content-Type": JSON}, "content": content}
            response = send(operation.method.upper(), url, sent)
            expect(
                response.status_code < 500 and str(response.status_code) in operation.responses,
                seen=f"{operation.method.upper()} {url}, with a text in which stands what JSON can"
                f" hold and few expect, was answered with {summarize(response)}",
                wanted="An answer below 500, as openapi.json documents it.",
            )


def _odd_bodies(document: Document, operation: Operation) -> Iterator[bytes]:
    """An operation's first example with odd characters in each of its texts, one at a time."""
    samples = document.body_examples(operation, JSON) if operation.body else []
    sample = samples[0] if samples and isinstance(samples[0], Mapping) else {}
    for name, value in sample.items():
        if isinstance(value, str):
            for odd in ODD:
                yield json.dumps({**sample, name: value + odd}).encode()


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
    both = ["development", "production"]
    shown = probe(
        "pages", environments=both, doing="listing the application's pages", expects=list[str]
    )
    http.stop()
    project.env |= {"ENVIRONMENT": "production", "SECRET_KEY": f"{rng.randrange(10**40):040}"}
    for url in sorted({*PAGES, *shown}):
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
