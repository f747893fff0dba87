"""Requests that nobody would think of, made by Schemathesis of the service's own description.

They are sent by the judge, as every other request, and the answers held against the description.
Importing Schemathesis takes most of a second, so it is imported where it is used.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from platformdirs import user_cache_path

from checker.judge import Unmet
from checker.judge.claim import shown
from kit.openapi import plain

SEND = Callable[[str, str, dict[str, Any]], httpx.Response]
"""Method, URL and the rest of a request; gives the answer."""


@dataclass(frozen=True)
class Finding:
    """What is wrong with an answer, in words."""

    response: httpx.Response
    said: str


def explore(
    document: Mapping[str, Any],
    send: SEND,
    *,
    seed: int,
    examples: int,
    fixed: Mapping[str, dict[str, Any]],
) -> Iterator[Finding]:
    """What is found with so many requests to each operation, valid and not, the same for a seed.

    `fixed` are values of path parameters by "GET /path", without which most ids are nobody's.
    Raises Unmet where the description cannot be read.
    """
    import schemathesis
    from schemathesis.core.result import Ok

    _keep_out_of_the_way()
    try:
        schema = schemathesis.openapi.from_dict(plain(document))
        operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    except Exception as error:  # a description of any shape
        raise Unmet(
            f"openapi.json cannot be read by Schemathesis: {type(error).__name__}:"
            f" {shown(str(error), 300)}",
            "A description by OpenAPI 3.1.",
        ) from None
    for number, operation in enumerate(operations):
        name = f"{operation.method.upper()} {operation.path}"
        yield from _explored(operation, send, f"{seed}:{number}", examples, fixed.get(name, {}))


def _explored(
    operation: Any, send: SEND, seed: str, examples: int, fixed: dict[str, Any]
) -> Iterator[Finding]:
    import hypothesis
    from schemathesis import GenerationMode

    found: list[Finding] = []
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        strategy = operation.as_strategy(generation_mode=mode, path_parameters=fixed or None)

        @hypothesis.seed(random.Random(f"{seed}:{mode}").randrange(2**32))
        @hypothesis.settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
            print_blob=False,
            verbosity=hypothesis.Verbosity.quiet,
        )
        @hypothesis.given(case=strategy)
        def run(case: Any) -> None:
            if not found:
                found.extend(_asked(case, send))

        try:
            run()
        except Unmet:
            raise
        except (hypothesis.errors.Unsatisfiable, hypothesis.errors.InvalidArgument):
            continue  # nothing that is not valid can be made of it
    yield from found


def _asked(case: Any, send: SEND) -> list[Finding]:
    """Send one request, and hold the answer against what is documented."""
    import requests
    from schemathesis import checks
    from schemathesis.core.failures import FailureGroup

    try:
        arguments = case.as_transport_kwargs(base_url="http://workshop")
        for name in ("timeout", "verify", "allow_redirects", "stream", "cert", "proxies"):
            arguments.pop(name, None)
        prepared = requests.Request(**arguments).prepare()
    except (ValueError, requests.RequestException, UnicodeError):
        return []  # what no client can send
    headers = {
        name: value.encode("latin-1", "replace").decode("latin-1")
        if isinstance(value, str)
        else value.decode("latin-1")
        for name, value in prepared.headers.items()
        if name.lower() in ("content-type", "accept")
    }
    body = prepared.body or b""
    content = body.encode() if isinstance(body, str) else body
    response = send(
        str(prepared.method), str(prepared.path_url), {"headers": headers, "content": content}
    )
    if response.status_code == 405:
        return []  # the framework's own
    wanted = [
        checks.not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
    ]
    try:
        case.validate_response(_answer(response), checks=wanted)
    except FailureGroup as group:
        return [Finding(response, _said(each, response)) for each in group.exceptions[:1]]
    except Exception as error:  # a schema of any shape
        first, *_ = str(error).splitlines() or [type(error).__name__]
        said = f"was answered with {response.status_code}, and what openapi.json says of that"
        return [Finding(response, f"{said} is no schema: {shown(first, 200)}")]
    return []


def _answer(response: httpx.Response) -> Any:
    from schemathesis import Response

    response.elapsed = timedelta()  # nobody looks at times here
    return Response.from_httpx(response, verify=False)


def _said(failure: Any, response: httpx.Response) -> str:
    """A failure of Schemathesis's, in a sentence that goes on after the request."""
    kind = type(failure).__name__
    status = response.status_code
    if response.is_server_error:
        return f"was answered with {status}"
    if kind == "UndefinedStatusCode":
        return f"was answered with {status}, which is not documented"
    if kind in ("UndefinedContentType", "MissingContentType", "MalformedMediaType"):
        sent = response.headers.get("content-type", "no type")
        return f"was answered with {status} as {sent}, which is not documented"
    if kind == "MissingHeaders":
        return f"was answered with {status} and without a header that is documented as required"
    told = " ".join(str(getattr(failure, "message", "") or failure).split())
    return f"was answered with {status} and a body that is not as documented: {shown(told, 300)}"


def _keep_out_of_the_way() -> None:
    """Let Hypothesis leave its tables of characters in the user's cache: they are the same for all,
    and would be written into the folder where the checker was called."""
    from hypothesis.configuration import set_hypothesis_home_dir

    set_hypothesis_home_dir(user_cache_path("posts-workshop") / "hypothesis")
