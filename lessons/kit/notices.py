"""Who is told of what the service does: a mail server and the moderators, both played by the judge,
and users and posts for them to be told of.
"""

import base64
import hashlib
import hmac
import json
import random
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from checker.judge import Unmet, expect
from checker.judge.evidence import Grading, Http, Project, body, summarize
from kit.accounts import Accounts
from kit.environment import ports
from kit.mail import AUTHORITY, Mail, MailServer, Security
from kit.posts_api import POSTS, USERS
from kit.upstream import Upstream, Visit

LONG = 20.0
"""Seconds for what comes after something that hangs, on a machine that is busy."""
NOWHERE = "/api/v1/nowhere"
"""A path whose answer, 404, needs no database."""
HEADER = "X-Request-ID"


@dataclass(frozen=True)
class Person:
    """Somebody who has just been registered."""

    data: dict[str, Any]
    """What was sent."""
    response: httpx.Response

    @property
    def address(self) -> str:
        return str(self.data["email"])

    @property
    def path(self) -> str:
        return place(self.response)


@dataclass
class Strangers:
    """The mail server and the moderators of one check, and the settings that name them."""

    mail: MailServer
    upstream: Upstream
    seed: int
    answer: Callable[[Visit], int | str | None] = lambda _: 204
    """What the moderators answer."""

    def __post_init__(self) -> None:
        rng = random.Random(f"strangers of {self.seed}")
        self.hook = self.upstream.receiver(self._answer)
        self.secret = rng.randbytes(20).hex()
        self.sender = f"posts{rng.randrange(10**6)}@example.org"

    def _answer(self, visit: Visit) -> int | str | None:
        return self.answer(visit)

    @property
    def env(self) -> dict[str, str]:
        """The same for all checks of a grading that find the same ports free: they share an
        import."""
        return {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.mail.port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": self.sender,
            "MODERATION_URL": self.hook,
            "MODERATION_SECRET": self.secret,
            "DELIVERY_SECONDS": "20",
            "DELIVERY_TRIES": "3",
            "DELIVERY_PAUSE": "0.05",
        }


@pytest.fixture
def strangers(grading: Grading) -> Iterator[Strangers]:
    """A mail server without TLS, and moderators who take everything."""
    free = ports(grading.seed)
    with MailServer(ports=free[:6]) as mail, Upstream(free[6:]) as upstream:
        yield Strangers(mail, upstream, grading.seed)


class Notices:
    """One check's strangers, and the service whose settings name them."""

    def __init__(
        self,
        strangers: Strangers,
        accounts: Accounts,
        project: Project,
        rng: random.Random,
        stack: ExitStack,
    ) -> None:
        self.strangers = strangers
        self.mail, self.upstream = strangers.mail, strangers.upstream
        self.secret, self.sender = strangers.secret, strangers.sender
        self.accounts = accounts
        self.http: Http = accounts.http
        self.project = project
        self.rng = rng
        self._stack = stack

    # The strangers.

    def serve_mail(self, security: Security = "none") -> MailServer:
        """Another mail server, which the settings name from now on."""
        self.mail = self._stack.enter_context(MailServer(security))
        self.project.env.update(SMTP_PORT=str(self.mail.port), SMTP_SECURITY=security)
        return self.mail

    def trust(self) -> None:
        """Have the service's system trust who has signed the mail servers' certificate."""
        self.project.write("authority.pem", AUTHORITY.read_text(encoding="ascii"))
        self.project.env["SSL_CERT_FILE"] = str(self.project.root / "authority.pem")

    def answer_hooks(self, answer: Callable[[Visit], int | str | None]) -> None:
        """What the moderators answer from now on; see `Upstream.receiver`."""
        self.strangers.answer = answer

    def restart(self) -> None:
        """From now on the service has the settings that there are now."""
        self.http.stop(gently=False)
        self.http.start()

    def hooks(self, path: str | None = None) -> list[Visit]:
        """What the moderators have been told, of that path or of all."""
        visits = self.upstream.visits_of(self.strangers.hook)
        return [each for each in visits if path is None or told_of(each) == path]

    def wait_for_hooks(self, path: str, number: int = 1, seconds: float = LONG) -> list[Visit]:
        """What they are told of that path, once it has been so often, or that time is over."""
        self.upstream.until(lambda: sum(v.over for v in self.hooks(path)) >= number, seconds)
        return self.hooks(path)

    # The service.

    def address(self) -> str:
        """An address for somebody new. No other grading has it, whatever its seed: mails of one
        that has just ended may come to the same port."""
        return f"user{secrets.randbelow(10**9)}@example.com"

    def register(self, request_id: str = "", **changes: Any) -> Person:
        """A new user. Raises Unmet where the answer is not 201."""
        data = self.accounts.api.user_data(**{"email": self.address(), **changes})
        response = self.try_to_register(data, request_id)
        created(response, f"POST {USERS}")
        return Person({**data, "email": data["email"].lower()}, response)

    def try_to_register(self, data: dict[str, Any], request_id: str = "") -> httpx.Response:
        return self.http.post(USERS, json=data, headers={HEADER: request_id} if request_id else {})

    def author(self) -> dict[str, str]:
        """The headers of somebody who has signed in: stored beside the service, never greeted."""
        return self.accounts.headers(self.accounts.add())

    def write(self, headers: dict[str, str], **changes: Any) -> str:
        """A new post: its path. Raises Unmet where the answer is not 201."""
        response = self.http.post(POSTS, json=self.accounts.draft(**changes), headers=headers)
        created(response, f"POST {POSTS}")
        return place(response)

    def greeted(self, person: Person, seconds: float = LONG, *, after: str = "") -> Mail:
        """The one mail to somebody new. Raises Unmet where there is none, or several."""
        found = self.mail.wait_for(person.address, seconds)
        expect(
            len(found) == 1,
            seen=f"{after or f'A user was registered with POST {USERS},'} and the mail server got"
            f" {len(found) or 'no'} mail{'s' * (len(found) > 1)} for the new user.",
            wanted="One.",
        )
        return found[0]

    def printed(self) -> str:
        """Stop the server gently: all that it has printed."""
        stopped = self.http.stop()
        return stopped.printed if stopped else ""


def created(response: httpx.Response, doing: str) -> None:
    expect(
        response.status_code == 201,
        seen=f"{doing} was answered with {summarize(response)}",
        wanted="201, whatever becomes of mails and hooks.",
    )
    body(response)


def place(response: httpx.Response) -> str:
    """The path of what was created."""
    return httpx.URL(response.headers.get("location", "")).path


def told_of(visit: Visit) -> str:
    """The path that a hook is about, or empty."""
    try:
        data = json.loads(visit.body)
    except ValueError:
        return ""
    return str(data.get("path", "")) if isinstance(data, dict) else ""


def expect_one(visits: Sequence[Visit], doing: str, wanted: str = "One.") -> Visit:
    """Expect the moderators to have been told once. Raises Unmet."""
    if len(visits) != 1:
        times = f"{len(visits)} times" if visits else "not at all"
        raise Unmet(f"{doing}, and the moderators were told of its path {times}.", wanted)
    return visits[0]


def signature(secret: str, id_: str, timestamp: str, body: bytes) -> str:
    """As Standard Webhooks has it, with a key that is the secret in UTF-8."""
    digest = hmac.digest(secret.encode(), f"{id_}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def is_signed(visit: Visit, secret: str) -> None:
    """Expect a hook to bear the right signature. Raises Unmet."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    id_, timestamp, seen = (visit.headers.get(name, "") for name in names)
    wanted = signature(secret, id_, timestamp, visit.body)
    expect(
        seen == wanted,
        seen=f"A hook has webhook-id: {id_}, webhook-timestamp: {timestamp} and webhook-signature:"
        f" {seen}, for the body {visit.body[:200]!r}.",
        wanted=f"{wanted}: what is signed is what is sent, byte by byte.",
    )


@pytest.fixture
def notices(
    strangers: Strangers, accounts: Accounts, project: Project, rng: random.Random
) -> Iterator[Notices]:
    """Settings that name a mail server without TLS and moderators, who take everything."""
    with ExitStack() as stack:
        yield Notices(strangers, accounts, project, rng, stack)
