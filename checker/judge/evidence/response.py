"""A response of the submission's app: what it says of itself is a claim."""

import json
import time
from typing import Any

import httpx

from checker.judge.claim import Lacking, asked, claimed
from checker.judge.evidence.project import shorten
from checker.judge.unmet import Overdue, Unmet

MOST_BODY = 8 * 1024**2
"""Bytes: no response that a lesson asks for is a hundredth of this."""


class NoJson(Unmet, ValueError):
    """A body that is no JSON. Also a ValueError, for code that has another way then."""


class Headers(httpx.Headers):
    """Headers of a response; the lack of one is the submission's."""

    def __getitem__(self, key: str) -> str:
        try:
            return super().__getitem__(key)
        except KeyError:
            raise MissingHeader(
                f"{asked.get()} has no header {key}.", f"The header {key}."
            ) from None


class MissingHeader(Lacking, KeyError):
    """Also a KeyError, which is how a mapping's `get` and `in` are made."""


class Response(httpx.Response):
    """A response whose body has been read, as far as it was not too long."""

    @property
    def who(self) -> str:
        return f"{self.request.method} {self.request.url.raw_path.decode('ascii', 'replace')}"

    def json(self, **_: Any) -> Any:
        """The body as a claim. Raises NoJson where it is none: NaN and Infinity are not."""
        try:
            found = json.loads(self.content, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            beginning = " ".join(self.content[:200].decode("utf-8", "replace").split())
            raise NoJson(
                f"{self.who} was answered with {self.status_code} and a body that is no JSON:"
                f" {beginning or '(nothing)'} ({error})",
                "A body in JSON.",
            ) from None
        return claimed(found, self.who)

    @property
    def text(self) -> str:
        """The body as text, whatever encoding it says to have."""
        try:
            return super().text
        except Exception:  # codecs raise what they like
            return self.content.decode("utf-8", "replace")


def read(response: httpx.Response, seconds: float) -> httpx.Response:
    """Read a streamed response to its end, as one of our own. Raises Unmet where it is too long."""
    adopted = adopt(response)
    end = time.monotonic() + seconds
    content = bytearray()
    for part in response.iter_bytes():
        content += part
        _demand(adopted, len(content), end, seconds)
    adopted._content = bytes(content)  # noqa: SLF001 - as Response.read() does it
    return adopted


async def aread(response: httpx.Response, seconds: float) -> httpx.Response:
    """`read` of a response that comes asynchronously."""
    adopted = adopt(response)
    end = time.monotonic() + seconds
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        _demand(adopted, len(content), end, seconds)
    adopted._content = bytes(content)  # noqa: SLF001 - as Response.aread() does it
    return adopted


def adopt(response: httpx.Response) -> Response:
    """The same response, made one of our own."""
    response.__class__ = Response
    response.headers.__class__ = Headers
    assert isinstance(response, Response)
    asked.set(response.who)
    return response


def _demand(response: Response, size: int, end: float, seconds: float) -> None:
    if size > MOST_BODY:
        raise Unmet(
            f"{response.who} was answered with a body of more than {MOST_BODY // 1024**2} MB.",
            "A page of what there is.",
        )
    if time.monotonic() > end:
        raise Overdue(
            f"The response to {response.who} did not end within {seconds:g} s.",
            "A whole response within that time.",
        )


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def body(response: httpx.Response) -> dict[str, Any]:
    """The response's JSON object. Raises Unmet where there is none."""
    request = response.request
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unmet(
            f"{request.method} {request.url.path} was answered with {summarize(response)}",
            "A JSON object.",
        )
    return found


def summarize(response: httpx.Response, *, caused: bool = True) -> str:
    """A response in a few words: its status and the beginning of its body, `caused` by what."""
    text = " ".join(response.text.split())
    seen = f"{response.status_code}: {shorten(text, 200) or '(no body)'}"
    return seen + cause(response) if caused else seen


def cause(response: httpx.Response) -> str:
    """In brackets, the exception behind a server error; empty where there is none to be seen."""
    raised = response.extensions.get("raised")
    found = raised() if raised and response.is_server_error else ""
    return f" ({found})" if found else ""
