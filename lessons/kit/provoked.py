"""What the service answers to each of its operations: when all is well, and when it must refuse."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from checker.judge.evidence import Grading, Project
from checker.judge.witness import witnessed
from kit.accounts import Accounts
from kit.posts_api import POSTS, USERS
from kit.signing import SIGN_IN

UNKNOWN = 2**31 - 2
"""An id that is allowed and that nothing has."""
POST, USER = f"{POSTS}/{{}}", f"{USERS}/{{}}"
SIGNED_IN = (
    f"POST {POSTS}",
    f"POST {POSTS}/publish",
    f"PATCH {POST}",
    f"DELETE {POST}",
    f"PATCH {USER}",
    f"DELETE {USER}",
)
"""The operations for which one must have signed in."""
OPERATIONS = (
    f"POST {SIGN_IN}",
    f"GET {POSTS}",
    f"GET {POST}",
    f"GET {POST}/previews",
    f"GET {USERS}",
    f"GET {USERS}/with-posts",
    f"GET {USER}",
    f"POST {USERS}",
    *SIGNED_IN,
)
INSIDE = "http://127.0.0.1:9/"
"""A link of which no preview may be fetched."""
IDS = ("", "A_client.s-own", "9" * 64)
"""Ids that requests bring, in turn; without one the service makes its own."""
UNREADABLE: dict[str, Any] = {"content": b"\xff", "headers": {"Content-Type": "application/json"}}


@dataclass(frozen=True)
class Answered:
    """One request to the operation `key`, in words, and what came back. `good` is one that the
    service has no reason to refuse."""

    key: str
    doing: str
    response: httpx.Response
    good: bool

    @property
    def status(self) -> str:
        return str(self.response.status_code)


class Provoker:
    """Sends to every operation what it takes and what it refuses."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._password = f"open-{accounts.draft()['title']}"
        self._ids = itertools.cycle(IDS)

    def answers(self) -> Iterator[Answered]:
        """One after another. What is deleted, is deleted last."""
        # Stored before the service gives ids of its own, which would be the next.
        accounts = self._accounts
        self._ada, self._eve = accounts.add(), accounts.add()
        self._adas = [accounts.post_of(self._ada)["id"] for _ in range(4)]
        self._eves = [accounts.post_of(self._eve)["id"] for _ in range(2)]
        self._linked = accounts.post_of(self._eve, content=f"See {INSIDE}, and {INSIDE}x")["id"]
        yield from self._tokens()
        yield from self._readers()
        yield from self._writers()
        yield from self._strangers()
        yield from self._deletions()

    def _tokens(self) -> Iterator[Answered]:
        data = self._accounts.api.user_data(password=self._password)
        yield self._send("POST", USERS, "with a new user", json=data, good=True)
        yield self._send("POST", USERS, "with an address that is taken", json=data)
        yield self._send("POST", USERS, "without a name", json={**data, "name": None})
        yield self._send("POST", USERS, "with a body that is no UTF-8", **UNREADABLE)
        form = {"grant_type": "password", "username": data["email"], "password": self._password}
        yield self._send("POST", SIGN_IN, "with the right password", data=form, good=True)
        wrong = {**form, "password": "wrong"}
        yield self._send("POST", SIGN_IN, "with a wrong password", data=wrong)
        yield self._send("POST", SIGN_IN, "without a form", data={})
        broken: dict[str, Any] = {
            "content": b"x",
            "headers": {"Content-Type": "multipart/form-data"},
        }
        yield self._send("POST", SIGN_IN, "with a form that cannot be read", **broken)

    def _readers(self) -> Iterator[Answered]:
        post, other = self._adas[0], self._eves[0]
        first = self._send("GET", POSTS, "for the first of two pages", params="limit=1", good=True)
        yield first
        yield self._send("GET", POSTS, "for all on one page", good=True)
        yield self._send("GET", POSTS, "for an empty page", params="offset=99", good=True)
        try:
            cursor = first.response.json()["next_cursor"]
        except Exception:  # no page with a cursor: that is told elsewhere
            cursor = None
        if isinstance(cursor, str):
            params = {"cursor": cursor, "limit": 1}
            yield self._send("GET", POSTS, "behind a cursor", params=params, good=True)
        yield self._send("GET", POSTS, "for a page of no posts", params="limit=0")
        yield self._send("GET", POSTS, "behind a forged cursor", params="cursor=%C3%A9")
        for url in (USERS, f"{USERS}/with-posts"):
            yield self._send("GET", url, "for the first page", params="limit=1", good=True)
            yield self._send("GET", url, "for an empty page", params="offset=99", good=True)
            yield self._send("GET", url, "with an offset below 0", params="offset=-1")
        found = [(USER, self._ada["id"]), (POST, post), (POST, other)]
        found += [(f"{POST}/previews", each) for each in (post, self._linked)]
        for key, number in found:
            yield self._send("GET", key.format(number), "for what is there", key, good=True)
        for key in (USER, POST, f"{POST}/previews"):
            yield self._send("GET", key.format(UNKNOWN), "for what is not there", key)
            yield self._send("GET", key.format(0), "for an id that is none", key)

    def _writers(self) -> Iterator[Answered]:
        accounts, headers = self._accounts, self._accounts.headers(self._ada)
        for doing, draft in (
            ("with a draft", accounts.draft(published=False)),
            ("with a post", accounts.draft(published=True)),
        ):
            yield self._send("POST", POSTS, doing, json=draft, headers=headers, good=True)
        taken = {**draft, "content": "Other"}
        yield self._send("POST", POSTS, "with a title that is taken", json=taken, headers=headers)
        yield self._send("POST", POSTS, "with an empty title", json={"title": ""}, headers=headers)
        yield self._unreadable("POST", POSTS, "", headers)
        publish, data = f"{POSTS}/publish", {"ids": self._adas[1:3]}
        for doing in ("with two drafts", "with nothing to publish"):
            yield self._send("POST", publish, doing, json=data, headers=headers, good=True)
        yield self._send("POST", publish, "with no ids", json={"ids": []}, headers=headers)
        yield self._unreadable("POST", publish, "", headers)
        yield from self._changes(
            POST, self._adas[1], {"content": "Changed"}, {"title": draft["title"]}
        )
        other = {"email": self._eve["email"]}
        yield from self._changes(USER, self._ada["id"], {"name": "Ada Changed"}, other)

    def _changes(
        self, key: str, number: int, change: dict[str, str], conflict: dict[str, str]
    ) -> Iterator[Answered]:
        headers, url = self._accounts.headers(self._ada), key.format(number)
        sent: dict[str, Any] = {"headers": headers, "key": key}
        yield self._send("PATCH", url, "with a change", json=change, good=True, **sent)
        yield self._send("PATCH", url, "with what is taken", json=conflict, **sent)
        yield self._send("PATCH", url, "with an unknown field", json={"colour": "blue"}, **sent)
        yield self._unreadable("PATCH", url, key, headers)
        unknown = key.format(UNKNOWN)
        yield self._send("PATCH", unknown, "for what is not there", json=change, **sent)

    def _strangers(self) -> Iterator[Answered]:
        accounts = self._accounts
        post = self._eves[1]
        gone = {"Authorization": accounts.headers({"id": UNKNOWN})["Authorization"]}
        nobody: dict[str, str] = {}
        credentials = (("without a token", nobody), ("with the token of nobody", gone))
        for doing, headers in (*credentials, ("as another", accounts.headers(self._ada))):
            for method, key, number, data in (
                ("PATCH", POST, post, {"content": "Changed"}),
                ("DELETE", POST, post, None),
                ("PATCH", USER, self._eve["id"], {"name": "Changed"}),
                ("DELETE", USER, self._eve["id"], None),
            ):
                yield self._send(method, key.format(number), doing, key, json=data, headers=headers)
        for doing, headers in credentials:
            for url, body in ((POSTS, accounts.draft()), (f"{POSTS}/publish", {"ids": [post]})):
                yield self._send("POST", url, doing, json=body, headers=headers)

    def _deletions(self) -> Iterator[Answered]:
        headers = self._accounts.headers(self._ada)
        for key, number in ((POST, self._adas[3]), (USER, self._ada["id"])):
            sent: dict[str, Any] = {"headers": headers, "key": key}
            yield self._send("DELETE", key.format(UNKNOWN), "for what is not there", **sent)
            yield self._send("DELETE", key.format(0), "for an id that is none", **sent)
            yield self._send("DELETE", key.format(number), "as who may", good=True, **sent)

    def _unreadable(self, method: str, url: str, key: str, headers: dict[str, str]) -> Answered:
        sent = {**UNREADABLE, "headers": {**headers, "Content-Type": "application/json"}}
        return self._send(method, url, "with a body that is no UTF-8", key, **sent)

    def _send(
        self, method: str, url: str, doing: str, key: str = "", *, good: bool = False, **sent: Any
    ) -> Answered:
        if own := next(self._ids):
            sent["headers"] = {**(sent.get("headers") or {}), "X-Request-ID": own}
        response = self._accounts.http.request(method, url, **sent)
        said = f"{method} {url} {doing}"
        return Answered(f"{method} {key or url}", said, response, good)


class Provoked:
    """The answers of every operation, asked for once in a grading."""

    def __init__(self, accounts: Accounts, project: Project, memory: dict[str, Any]) -> None:
        self._accounts = accounts
        self._project = project
        self._memory = memory

    @property
    @witnessed
    def all(self) -> list[Answered]:
        if "provoked" not in self._memory:
            self._memory["provoked"] = list(Provoker(self._accounts).answers())
        found: list[Answered] = self._memory["provoked"]
        return found

    def refusals(self) -> list[Answered]:
        """Those with a 4xx."""
        return [each for each in self.all if each.response.is_client_error]

    def welcomes(self) -> list[Answered]:
        """Those of requests that there is no reason to refuse."""
        return [each for each in self.all if each.good]

    def blame(self, answered: Answered) -> str:
        """Its name, and its request for whoever wants to repeat it."""
        self._project.request = answered.response.request
        return answered.doing


@pytest.fixture
def provoked(accounts: Accounts, project: Project, grading: Grading) -> Provoked:
    """What the service answers when it must refuse, and when not."""
    return Provoked(accounts, project, grading.memory)
