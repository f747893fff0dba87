"""Keeps the service from fetching what only its own network can reach (SSRF)."""

import asyncio
import ipaddress
import socket
from collections.abc import Collection
from typing import Any

import httpx


class ForbiddenAddressError(Exception):
    """The name has no address that may be fetched."""


def is_public(address: str) -> bool:
    """Whether it is an address of the open internet, to which one host answers."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):  # some carry an IPv4 address inside
        unicast, six_to_four = map(ipaddress.IPv6Network, ("2000::/3", "2002::/16"))
        return found.is_global and found in unicast and found not in six_to_four
    return found.is_global and not found.is_multicast


class GuardedTransport(httpx.AsyncHTTPTransport):
    """Connects to the address that was checked, so that nothing is resolved a second time.

    Every redirect passes through here as well. A connection serves one request: two names may
    share an address, and neither may use what was encrypted for the other.
    """

    def __init__(self, allowed: Collection[str], **options: Any) -> None:
        super().__init__(limits=httpx.Limits(max_keepalive_connections=0), **options)
        self._allowed = frozenset(allowed)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        pinned = httpx.Request(
            request.method,
            url.copy_with(host=await self._resolve(url)),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": url.host},
        )
        return await super().handle_async_request(pinned)

    async def _resolve(self, url: httpx.URL) -> str:
        """The first address of the host that may be fetched. Raises ForbiddenAddressError."""
        port = url.port or (443 if url.scheme == "https" else 80)
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(url.raw_host.decode(), port, type=socket.SOCK_STREAM)
        for family, *_, (address, *_) in found:
            bracketed = f"[{address}]" if family == socket.AF_INET6 else address
            if is_public(str(address)) or f"{bracketed}:{port}" in self._allowed:
                return str(address)
        raise ForbiddenAddressError(url.host)
