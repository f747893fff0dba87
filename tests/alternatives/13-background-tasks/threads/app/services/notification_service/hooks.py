import json
import logging
import time
from uuid import uuid4

import httpx

from app.services.notification_service.trying import Later, No, trying
from app.utils.signing import sign

log = logging.getLogger(__name__)


@trying("moderators' hook")
def tell(settings, kind, path):
    if not settings.moderation_url:
        log.warning("moderation_url is not set: %s is announced to nobody", path)
        return lambda: None
    event = {"id": uuid4().hex, "type": kind, "path": path}
    stamp = int(time.time())  # of the event, the same for every try
    body = json.dumps(event, separators=(",", ":")).encode()
    secret = settings.moderation_secret.get_secret_value()
    headers = {
        "content-type": "application/json",
        "webhook-id": event["id"],
        "webhook-timestamp": f"{stamp}",
        "webhook-signature": sign(secret, event["id"], stamp, body),
    }
    return lambda: _post(settings, body, headers)


def _post(settings, body, headers):
    try:
        response = httpx.post(
            settings.moderation_url,
            content=body,
            headers=headers,
            timeout=settings.delivery_seconds,
        )
    except httpx.TransportError as error:
        raise Later(type(error).__name__) from None
    if response.status_code == 429 or response.status_code >= 500:
        raise Later(response.status_code)
    if not response.is_success:
        raise No(response.status_code)
