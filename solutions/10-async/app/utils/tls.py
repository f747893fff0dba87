"""Whom the service trusts when it asks others over TLS."""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """The authorities whose certificates count. Read once: it holds everybody up for a while."""
    return httpx.create_ssl_context()
