"""Tells the moderators' service of what is new."""

import json
import logging
import time
import uuid
from dataclasses import asdict, dataclass, field
from functools import partial
from http import HTTPStatus

import httpx

from app.config import Settings
from app.services.delivery import NotDeliveredError, deliver
from app.utils.signing import sign
from app.utils.tls import trusted

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Something that has happened. By its id, whoever gets it twice can tell."""

    type: str
    path: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


class ModerationHook:
    """One HTTP client for the whole application, which closes it at its end.

    Without an address in the settings it is off, which the log says once.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = httpx.AsyncClient(timeout=settings.delivery_seconds, verify=trusted())
        self.enabled = settings.moderation_url is not None
        if not self.enabled:
            logger.warning("MODERATION_URL is not set: no moderator is told.")

    async def aclose(self) -> None:
        await self._client.aclose()

    async def send(self, event: Event) -> None:
        """Send an event. Raises NotDeliveredError."""
        await deliver(partial(self._attempt, event), self._settings)

    async def _attempt(self, event: Event) -> None:
        settings, body, now = self._settings, json.dumps(asdict(event)).encode(), int(time.time())
        secret = settings.moderation_secret.get_secret_value()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event.id,
            "webhook-timestamp": str(now),
            "webhook-signature": sign(secret, event.id, now, body),
        }
        url = str(settings.moderation_url)
        try:
            response = await self._client.post(url, content=body, headers=headers)
        except httpx.TransportError as error:
            raise NotDeliveredError(type(error).__name__, again=True) from None
        if not response.is_success:
            busy = response.status_code == HTTPStatus.TOO_MANY_REQUESTS
            raise NotDeliveredError(
                f"HTTP {response.status_code}", again=busy or response.is_server_error
            )
