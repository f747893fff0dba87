"""How the receiver of a hook knows that it is from us, and from now."""

import base64
import hashlib
import hmac


def sign(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """The signature of one event, as Standard Webhooks writes it: `v1,` and base64.

    What is signed is `{event_id}.{timestamp}.{body}`; the key is the secret in UTF-8.
    """
    signed = f"{event_id}.{timestamp}.".encode() + body
    digest = hmac.digest(secret.encode(), signed, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"
