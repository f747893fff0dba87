"""A mail server of strangers, played by the judge: it takes mail, refuses it, keeps its client
waiting, offers TLS, and remembers what has come.
"""

import asyncio
import email
import logging
import ssl
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTPUTF8
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from checker.judge.witness import witnessed
from kit.stranger import PATIENCE, Stranger

AUTHORITY = Path(__file__).parent / "certificates" / "authority.pem"
"""Who has signed the server's certificate, for 127.0.0.1 and localhost. No system trusts it."""
_CERTIFICATE = AUTHORITY.with_name("server.pem")

logging.getLogger("mail").addHandler(logging.NullHandler())  # aiosmtpd's, of its own affairs

Security = Literal["starttls", "tls", "none"]
Stage = Literal["RCPT", "DATA", "QUIT"]


@dataclass
class Mail:
    """One mail that was taken."""

    sender: str
    recipients: list[str]
    content: bytes
    encrypted: bool
    user: str | None
    """Who had signed in."""

    @cached_property
    def headers(self) -> EmailMessage:
        """Its headers, in any script. No body."""
        head = self.content.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        text = head.decode("utf-8", "surrogateescape")
        return email.message_from_string(text, EmailMessage, policy=SMTPUTF8)

    @cached_property
    def text(self) -> str:
        """Its body, or that part of it which is plain text; empty where there is none."""
        whole = email.message_from_bytes(self.content, EmailMessage, policy=SMTPUTF8)
        part = whole.get_body(("plain",))
        return str(part.get_content()) if part else ""


@dataclass
class Visit:
    """One connection, from its greeting on."""

    recipients: list[str]
    """Who was named as a recipient, also where that was refused."""
    began: float = field(default_factory=time.monotonic)


@dataclass
class Plan:
    """What becomes of mail for one address. Empty: it is taken."""

    refusals: dict[Stage, list[str]] = field(default_factory=dict)
    """What is answered instead of 250 there, each once. `{}` stands for the recipient."""
    waits_at: Stage | None = None
    """Where the server waits until its gate is open."""
    leaves_at: Stage | None = None
    """Where the server closes the connection without a word."""


class MailServer(Stranger):
    """Takes every mail that nothing else is planned for."""

    def __init__(self, security: Security = "none", ports: Sequence[int] = (0,)) -> None:
        super().__init__(ports)
        self.mails: list[Mail] = []
        self.refused: list[Mail] = []
        """Those that came whole, and were not taken."""
        self.visits: list[Visit] = []
        self.passwords: dict[str, str] = {}
        """Who may sign in."""
        self.signed_in: list[tuple[str, str]] = []
        """Names and passwords that were shown, also wrong ones."""
        self.plans: defaultdict[str, Plan] = defaultdict(Plan)
        self.silent = False
        """It waits before it says its first word, until its gate is open."""
        self._security = security
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._tls.load_cert_chain(_CERTIFICATE)

    def refuse(self, address: str, **refusals: list[str]) -> None:
        """Answer mails for that address so, at the stages `RCPT` and `DATA`."""
        self.plans[address].refusals.update(cast("dict[Stage, list[str]]", refusals))

    def wait_for(self, address: str, seconds: float = PATIENCE) -> list[Mail]:
        """The mails to that address, once there is one; none where none comes."""
        self.until(lambda: bool(self.mails_to(address)), seconds)
        return self.mails_to(address)

    @witnessed
    def mails_to(self, address: str) -> list[Mail]:
        return [mail for mail in list(self.mails) if address in mail.recipients]

    @witnessed
    def pause_of(self, address: str) -> float:
        """Seconds from the first visit with a mail for that address to the second."""
        first, second, *_ = [v.began for v in list(self.visits) if address in v.recipients]
        return second - first

    @witnessed
    def visits_for(self, address: str) -> int:
        """How often somebody came with a mail for that address."""
        return sum(address in visit.recipients for visit in list(self.visits))

    async def _listen(self, port: int) -> asyncio.Server:
        context = self._tls if self._security == "tls" else None
        return await self._loop.create_server(self._session, "127.0.0.1", port, ssl=context)

    def _session(self) -> SMTP:
        return _Connection(
            self,
            loop=self._loop,
            enable_SMTPUTF8=True,
            tls_context=self._tls if self._security == "starttls" else None,
            authenticator=self._authenticate,
            auth_require_tls=self._security == "starttls",
            hostname="localhost",
        )

    def _authenticate(self, *arguments: Any) -> AuthResult:
        shown = arguments[-1]
        if not isinstance(shown, LoginPassword):
            return AuthResult(success=False, handled=False)
        name, password = shown.login.decode(), shown.password.decode()
        self.signed_in.append((name, password))
        right = self.passwords.get(name) == password
        return AuthResult(success=right, handled=False, auth_data=name)

    async def greets(self) -> None:
        if self.silent:
            await self._pass_gate()

    async def reached(self, stage: Stage, connection: "_Connection") -> str:
        """What is answered there instead of the usual; empty where nothing is."""
        address = connection.visit.recipients[-1] if connection.visit.recipients else ""
        plan = self.plans[address]
        if plan.waits_at == stage:
            await self._pass_gate()
        if plan.leaves_at == stage:
            connection.leave()
            return "421 Gone"
        refusals = plan.refusals.get(stage)
        return refusals.pop(0).format(address) if refusals else ""

    # What aiosmtpd calls, by these names.

    async def handle_RCPT(  # noqa: N802
        self, connection: "_Connection", _: Session, envelope: Envelope, address: str, *__: object
    ) -> str:
        connection.visit.recipients.append(address)
        self._notify()
        if refusal := await self.reached("RCPT", connection):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, connection: "_Connection", session: Session, envelope: Envelope
    ) -> str:
        refusal = await self.reached("DATA", connection)
        assert isinstance(envelope.content, bytes)
        mail = Mail(
            envelope.mail_from or "",
            list(envelope.rcpt_tos),
            envelope.content,
            encrypted=self._security == "tls" or session.ssl is not None,
            user=session.auth_data if session.authenticated else None,
        )
        (self.refused if refusal else self.mails).append(mail)
        self._notify()
        return refusal or "250 OK"

    async def handle_QUIT(self, connection: "_Connection", *_: object) -> str:  # noqa: N802
        return await self.reached("QUIT", connection) or "221 Bye"


class _Connection(SMTP):
    """aiosmtpd's, telling of its beginning."""

    def __init__(self, server: MailServer, **options: Any) -> None:
        super().__init__(server, **options)
        self._server = server
        self.visit = Visit([])
        self._greeted = False

    def leave(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not self._greeted:
            self._server._transports.add(transport)  # noqa: SLF001
            self._server.visits.append(self.visit)
            self._server._notify()  # noqa: SLF001
        super().connection_made(transport)

    async def push(self, status: Any) -> None:
        if not self._greeted:
            self._greeted = True
            await self._server.greets()
        await super().push(status)
