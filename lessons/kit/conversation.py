"""One talk with the service in processes of its own, from its start to its stop, which several
checks look at: starting it takes long, and what it logs is the same for all of them.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import httpx
import pytest

from checker.judge import Unmet
from checker.judge.evidence import Database, Grading, Project, body, summarize
from checker.judge.witness import witnessed
from kit import rows
from kit.deployed import Deployed, Line
from kit.environment import origins
from kit.posts_api import POSTS, USERS
from kit.signing import SIGN_IN
from kit.upstream import Upstream

FORGED = '\n{"level": "ERROR", "message": "forged", "forged": "yes"}'
"""What makes a line of its own in a log that is put together from texts."""
ESCAPES = r"\q%5c%22\z"
"""Characters of a query that JSON has its own way of writing."""
READY = "/health/ready"
LIVE, PROBE = "/health/live", f"next={READY}"
"""What looks like a probe, where it stands in the path or the query of another request."""
OPEN = 4.0
"""Seconds in which a service that was told to stop may still take new requests."""


@dataclass(frozen=True)
class Said:
    """A request and its answer."""

    method: str
    path: str
    status: int
    id: str


@dataclass
class Conversation:
    """What was seen."""

    said: list[Said] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    """What must not be in any log, by what it is."""
    user: int = 0
    post: int = 0
    signed: dict[str, str] = field(default_factory=dict)
    """The user who was made, her post, and the headers of her requests."""
    workers: int = 0
    disagreements: list[str] = field(default_factory=list)
    stopped_at: int = 0
    """How many lines had been printed when it was told to stop."""
    in_flight: str = ""
    """What became of the request that was in flight; empty where it was answered well."""
    stayed_open: bool = False
    status: int | None = None
    lines: list[Line] = field(default_factory=list)


def hold(
    deployed: Deployed, project: Project, database: Database, upstream: Upstream, seed: int
) -> Conversation:
    """Start the service, and have it do all that is looked at. Raises Unmet."""
    rng = random.Random(f"conversation of {seed}")
    project.env.update(LOG_LEVEL="DEBUG", PREVIEW_SECONDS="30")
    project.env.pop("SECRET_KEY", None)  # so that all workers have the same one for development
    talk = Conversation()
    deployed.start()
    workers = deployed.workers()
    talk.workers = len(workers)
    with only(workers[0], workers):
        _talk(talk, deployed, database, rng, origins(project.env)[0])
    if talk.workers > 1:
        _compare(talk, deployed, workers, rng)
    _stop(talk, deployed, database, upstream, rng)
    return talk


def _talk(
    talk: Conversation, deployed: Deployed, database: Database, rng: random.Random, origin: str
) -> None:
    def ask(method: str, path: str, wanted: int | None = None, **more: Any) -> httpx.Response:
        response = deployed.request(method, path, **more)
        id_ = response.headers.get("x-request-id", "")
        talk.said.append(Said(method, path, response.status_code, id_))
        if wanted and response.status_code != wanted:
            raise Unmet(
                f"`{deployed.command.shown}` runs, and {method} {path} is answered with"
                f" {summarize(response)}",
                f"{wanted}, as from `checker run`.",
            )
        return response

    def secret(what: str) -> str:
        talk.secrets[what] = f"{rng.randrange(10**9)}-{rng.randbytes(8).hex()}"
        return talk.secrets[what]

    number = rng.randrange(10**9)
    email, password = f"user{number}@example.com", secret("a new user's password")
    user = {"email": email, "name": f"User {number}", "password": password}
    made = body(ask("POST", USERS, 201, json=user))
    [row] = database.query("SELECT hashed_password FROM users WHERE email = ?", email)
    talk.secrets["a password's hash"] = row["hashed_password"]
    form = {"username": email, "password": password}
    token = str(body(ask("POST", SIGN_IN, 200, data=form))["access_token"])
    talk.secrets["a token"] = token
    talk.secrets["a token's signature"] = token.rpartition(".")[2]
    signed = {"Authorization": f"Bearer {token}"}
    post = {"title": f"Title {number}", "content": "Content", "published": True}
    posted = body(ask("POST", POSTS, 201, json=post, headers=signed))
    ask("GET", f"{USERS}/{made['id']}", 200, headers={"X-Request-ID": f"judge-{number}"})
    ask("GET", f"{POSTS}/{rng.randrange(10**8, 10**9)}?{PROBE}")
    ask("GET", f"/nowhere{LIVE}/{rng.randrange(10**9)}?{ESCAPES}")
    nameless = {"email": email, "password": secret("a password in what was refused")}
    preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    ask("OPTIONS", POSTS, headers=preflight)
    ask("POST", USERS, json=nameless)  # what is missing is missing in the whole body
    form["password"] = secret("a wrong password")
    ask("POST", SIGN_IN, data=form)
    ask("POST", SIGN_IN, data={"username": f"eve{FORGED}", "password": secret("another's")})
    ask("GET", f"{USERS}/%0a%7b%22level%22:%20%22ERROR%22,%20%22forged%22:%20%22yes%22%7d")
    database.execute("ALTER TABLE posts RENAME TO elsewhere")
    try:
        ask("GET", f"{POSTS}/{rng.randrange(1, 10**6)}", headers=signed)
        ask("GET", f"{POSTS}?q={ESCAPES}")
    finally:
        database.execute("ALTER TABLE elsewhere RENAME TO posts")
    deployed.request("GET", READY)  # so that whatever it leaves behind meets the stop, too
    talk.user, talk.post, talk.signed = made["id"], posted["id"], signed


def _compare(
    talk: Conversation, deployed: Deployed, workers: list[int], rng: random.Random
) -> None:
    """Ask one worker and then the other, the rest held still meanwhile."""
    user, post = f"{USERS}/{talk.user}", f"{POSTS}/{talk.post}"
    changes = ((user, USERS, "name"), (post, POSTS, "title"))
    for (path, pages, field_), (first, second) in product(changes, (workers[:2], workers[1::-1])):
        text = f"Changed {rng.randrange(10**9)}"
        with only(second, workers):
            for each in (path, pages):
                deployed.request("GET", each)
        with only(first, workers):
            changed = deployed.request("PATCH", path, json={field_: text}, headers=talk.signed)
        with only(second, workers):
            found = {each: deployed.request("GET", each) for each in (path, pages)}
        if changed.status_code != 200:
            talk.disagreements.append(
                f"One worker gave a token, and another answers PATCH {path} with it by"
                f" {summarize(changed)}"
            )
            continue
        talk.disagreements += [
            f"One worker changed the {field_} of {path} to {text!r}, and another goes on to answer"
            f" GET {each} with {summarize(response)}"
            for each, response in found.items()
            if text not in response.text
        ]
    with only(workers[1], workers):
        deployed.request("GET", post)
    with only(workers[0], workers):
        deleted = deployed.request("DELETE", post, headers=talk.signed)
    with only(workers[1], workers):
        left = deployed.request("GET", post)
    if deleted.status_code == 204 and left.status_code != 404:
        talk.disagreements.append(
            f"One worker deleted {post}, and another goes on to answer GET {post} with"
            f" {summarize(left)}"
        )


def _stop(
    talk: Conversation,
    deployed: Deployed,
    database: Database,
    upstream: Upstream,
    rng: random.Random,
) -> None:
    """Send SIGTERM while a request is in flight, and let it be answered then."""
    title, id_ = f"Page {rng.randrange(10**9)}", rng.randrange(10**6, 10**7)
    user = rows.user(id_, f"User{id_}")
    rows.insert(database, "users", [user])
    link = upstream.gate(title)
    rows.insert(database, "posts", [rows.post(id_, "Links", id_, content=link)])
    answers: list[httpx.Response | Exception] = []

    def ask() -> None:
        try:
            with deployed.client(60.0) as client:
                answers.append(client.get(f"{POSTS}/{id_}/previews"))
        except Exception as error:
            answers.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    upstream.until(lambda: bool(upstream.visits_of(link)) or bool(answers), 20.0)
    talk.stopped_at = len(deployed.lines())
    deployed.process.signal(signal.SIGTERM)
    end = time.monotonic() + OPEN
    while is_open := deployed.is_open():
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    talk.stayed_open = is_open
    upstream.open_gate()
    asking.join(60.0)
    talk.status = deployed.process.wait(30.0)
    talk.lines = deployed.lines()
    answer = answers[0] if answers else None
    if isinstance(answer, httpx.Response):
        well = answer.status_code == 200 and title in answer.text
        talk.in_flight = "" if well else f"was answered with {summarize(answer)}"
    else:
        talk.in_flight = f"got no answer: {str(answer) or type(answer).__name__}."


@contextmanager
def only(pid: int, workers: list[int]) -> Iterator[None]:
    """Hold all workers but one still."""
    others = [each for each in workers if each != pid]
    try:
        for each in others:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGSTOP)
        yield
    finally:
        for each in others:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGCONT)


@pytest.fixture
@witnessed
def conversation(request: pytest.FixtureRequest, grading: Grading) -> Conversation:
    """The talk of this grading. Raises Unmet where it could not be held."""
    memory = grading.memory
    if "conversation" not in memory:
        names = ("deployed", "project", "migrated", "upstream")
        deployed, project, database, upstream = map(request.getfixturevalue, names)
        try:
            memory["conversation"] = hold(deployed, project, database, upstream, grading.seed)
        except Unmet as error:
            memory["conversation"] = error
    found = memory["conversation"]
    if isinstance(found, Unmet):
        raise found
    talk: Conversation = found
    return talk
