"""A queue for mails and one for hooks, each with a worker that the lifespan owns."""

import asyncio
import json
import logging
import smtplib
import ssl
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import httpx

from app.config import Settings
from app.utils.signing import sign
from app.utils.welcome import welcome_mail

log = logging.getLogger("posts.notifications")


@dataclass(frozen=True)
class Greeting:
    user_id: int
    name: str
    address: str
    request_id: str


@dataclass(frozen=True)
class News:
    kind: str
    path: str
    request_id: str


class Refused(Exception):
    pass


class Unavailable(Refused):
    """For now."""


class Notifications:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client = httpx.AsyncClient(timeout=settings.delivery_seconds)
        self.greetings: asyncio.Queue[Greeting] = asyncio.Queue()
        self.news: asyncio.Queue[News] = asyncio.Queue()
        self.workers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self.workers = [
            asyncio.create_task(self._work(self.greetings, self._greet)),
            asyncio.create_task(self._work(self.news, self._tell)),
        ]

    async def stop(self) -> None:
        """Empty both queues, then end."""
        await self.greetings.join()
        await self.news.join()
        for worker in self.workers:
            worker.cancel()
        await asyncio.gather(*self.workers, return_exceptions=True)
        await self.client.aclose()

    async def _work(self, queue: asyncio.Queue, do: Callable[..., Awaitable[None]]) -> None:
        while True:
            item = await queue.get()
            try:
                await do(item)
            except Refused as error:
                log.warning("request %s: %s: %s", item.request_id, do.__name__, error)
            except Exception as error:
                log.warning(
                    "request %s: %s: %s", item.request_id, do.__name__, type(error).__name__
                )
            finally:
                queue.task_done()

    async def _again(self, once: Callable[[], Awaitable[None]]) -> None:
        left = self.settings.delivery_tries
        while True:
            left -= 1
            try:
                await once()
            except Unavailable:
                if not left:
                    raise
                await asyncio.sleep(self.settings.delivery_pause)
            else:
                return

    async def _greet(self, item: Greeting) -> None:
        if not self.settings.smtp_host:
            log.warning("request %s: SMTP_HOST is not set, nobody is greeted", item.request_id)
            return
        message = welcome_mail(item.name, item.address, self.settings.mail_from)
        await self._again(lambda: asyncio.to_thread(self._send, message, item.address))

    def _send(self, message, address: str) -> None:
        settings = self.settings
        try:
            client = self._connected()
            try:
                if settings.smtp_username and settings.smtp_password:
                    client.login(settings.smtp_username, settings.smtp_password.get_secret_value())
                client.send_message(message, settings.mail_from, [address])
            finally:
                with suppress(OSError):
                    client.quit()
        except smtplib.SMTPRecipientsRefused as error:
            [(code, _)] = error.recipients.values()
            raise self._refused(code) from None
        except smtplib.SMTPResponseException as error:
            raise self._refused(error.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise Refused("the server lacks something") from None
        except OSError as error:
            raise Unavailable(type(error).__name__) from None

    def _connected(self) -> smtplib.SMTP:
        settings, context = self.settings, ssl.create_default_context()
        place = settings.smtp_host or "", settings.smtp_port
        if settings.smtp_security == "tls":
            return smtplib.SMTP_SSL(*place, timeout=settings.delivery_seconds, context=context)
        client = smtplib.SMTP(*place, timeout=settings.delivery_seconds)
        if settings.smtp_security == "starttls":
            try:
                client.starttls(context=context)
            except Exception:
                client.close()
                raise
        return client

    @staticmethod
    def _refused(code: int) -> Refused:
        return Unavailable(str(code)) if code < 500 else Refused(str(code))

    async def _tell(self, item: News) -> None:
        if not self.settings.moderation_url:
            log.warning("request %s: MODERATION_URL is not set", item.request_id)
            return
        id_ = str(uuid.uuid4())
        body = json.dumps({"type": item.kind, "path": item.path, "id": id_}).encode()
        await self._again(lambda: self._post(id_, body))

    async def _post(self, id_: str, body: bytes) -> None:
        now, secret = int(time.time()), self.settings.moderation_secret.get_secret_value()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Webhook-Id": id_,
            "Webhook-Timestamp": str(now),
            "Webhook-Signature": sign(secret, id_, now, body),
        }
        try:
            answer = await self.client.post(
                self.settings.moderation_url or "", content=body, headers=headers
            )
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            code = error.response.status_code
            kind = Unavailable if code >= 500 or code == 429 else Refused
            raise kind(str(code)) from None
        except httpx.TransportError as error:
            raise Unavailable(type(error).__name__) from None
