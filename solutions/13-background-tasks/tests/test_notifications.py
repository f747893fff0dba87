"""What others are told after the response, by servers that are played here."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr, ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.config import Settings
from app.main import create_app
from app.utils.signing import sign
from app.utils.welcome import welcome_mail

SENDER = "posts@example.com"
SECRET = "what-moderators-and-we-know-alone"
GRACE = {"email": "grace@example.com", "name": "Grace", "password": "correct horse"}

Write = Callable[..., Awaitable[dict[str, Any]]]


class Others:
    """A mail server and the moderators' service, on one port. `replies` are SMTP's answers to
    RCPT, the last of which stays."""

    def __init__(self) -> None:
        self.at = ("", 0)
        self.replies = ["250 OK"]
        self.mails: list[str] = []
        self.hooks: list[tuple[dict[str, str], bytes]] = []

    async def receive_mail(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"220 ready\r\n")
        while line := (await reader.readline()).decode():
            verb = line[:4].upper()
            if verb == "RCPT":
                reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
            else:
                reply = {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 OK")
            writer.write(f"{reply}\r\n".encode())
            if verb == "DATA":
                self.mails.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                writer.write(b"250 OK\r\n")
        writer.close()

    async def receive_hook(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        _, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.partition(": ") for line in lines if line)
        headers = {name.lower(): value for name, _, value in pairs}
        body = await reader.readexactly(int(headers["content-length"]))
        self.hooks.append((headers, body))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()


def client_of(app: FastAPI) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app=app), base_url="http://test")


@pytest.fixture
def others() -> Others:
    return Others()


@pytest.fixture
async def settings(settings: Settings, others: Others) -> AsyncIterator[Settings]:
    """Settings that name both servers."""
    async with (
        await asyncio.start_server(others.receive_mail, "127.0.0.1", 0) as mail,
        await asyncio.start_server(others.receive_hook, "127.0.0.1", 0) as hook,
    ):
        port = hook.sockets[0].getsockname()[1]
        yield settings.model_copy(
            update={
                "smtp_host": "127.0.0.1",
                "smtp_port": mail.sockets[0].getsockname()[1],
                "smtp_security": "none",
                "moderation_url": f"http://127.0.0.1:{port}/hook",
                "moderation_secret": SecretStr(SECRET),
                "delivery_pause": 0.01,
            }
        )


async def test_a_new_user_is_greeted(client: AsyncClient, others: Others) -> None:
    await client.post("/api/v1/users", json=GRACE)
    [mail] = others.mails
    assert "To: Grace <grace@example.com>" in mail
    assert "Hello Grace," in mail


async def test_who_is_refused_is_not_greeted(client: AsyncClient, others: Others) -> None:
    for _ in range(2):
        await client.post("/api/v1/users", json=GRACE)
    assert len(others.mails) == 1


async def test_a_temporary_refusal_is_tried_again(client: AsyncClient, others: Others) -> None:
    others.replies = ["451 later", "250 OK"]
    await client.post("/api/v1/users", json=GRACE)
    assert len(others.mails) == 1


async def test_a_mail_that_is_refused_stops_no_hook_and_is_logged_without_the_address(
    client: AsyncClient, others: Others, caplog: pytest.LogCaptureFixture
) -> None:
    others.replies = ["550 no grace@example.com here"]
    response = await client.post("/api/v1/users", json=GRACE)
    assert response.status_code == 201
    assert not others.mails
    assert len(others.hooks) == 1
    [record] = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert "550" in record.getMessage()
    assert response.headers["X-Request-ID"] in record.getMessage()
    assert "grace" not in caplog.text.lower()


async def test_moderators_are_told_of_a_post(write: Write, others: Others) -> None:
    post = await write()
    [(headers, body)] = others.hooks
    event = json.loads(body)
    assert event["type"] == "post.created"
    assert event["path"] == f"/api/v1/posts/{post['id']}"
    timestamp = int(headers["webhook-timestamp"])
    assert headers["webhook-signature"] == sign(SECRET, event["id"], timestamp, body)


async def test_a_server_that_is_down_breaks_nothing(
    settings: Settings, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings.model_copy(update={"smtp_port": 1, "delivery_tries": 1}))
    async with app.router.lifespan_context(app), client_of(app) as client:
        response = await client.post("/api/v1/users", json=GRACE)
    assert response.status_code == 201
    assert response.headers["X-Request-ID"] in caplog.text


async def test_without_servers_nothing_is_sent_and_the_log_says_so(
    settings: Settings, engine: AsyncEngine, others: Others, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings.model_copy(update={"smtp_host": None, "moderation_url": None}))
    async with app.router.lifespan_context(app), client_of(app) as client:
        response = await client.post("/api/v1/users", json=GRACE)
    assert response.status_code == 201
    assert not others.mails + others.hooks
    assert "SMTP_HOST" in caplog.text
    assert "MODERATION_URL" in caplog.text


@pytest.mark.parametrize(
    "name",
    ["Ada <x@evil.example>,", 'O"Brien', "Ada\r\nBcc: x@evil.example", "A\u2028B", "Ада", "日本"],
)
def test_a_name_is_a_name_and_nothing_else(name: str) -> None:
    mail = welcome_mail(name, "ada@example.com", SENDER)
    [recipient] = mail["To"].addresses
    assert recipient.addr_spec == "ada@example.com"
    assert recipient.display_name == " ".join(name.split())
    assert mail["Bcc"] is None


def test_an_address_may_be_in_any_script() -> None:
    mail = welcome_mail("Ada", "ädä@example.com", SENDER)
    assert mail["To"].addresses[0].username == "ädä"


def test_a_signature_is_as_standard_webhooks_has_it() -> None:
    assert sign("secret", "1", 2, b"{}") == "v1,72EbzgLDv52tyOY4YC27IQSjiGr5nutKKXvEM56cM3U="


def test_an_address_of_moderators_needs_a_secret() -> None:
    with pytest.raises(ValidationError, match="MODERATION_SECRET"):
        Settings(moderation_url="http://moderators.example/hook")
