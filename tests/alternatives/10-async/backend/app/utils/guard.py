import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

import httpcore
import httpx

FORBIDDEN = [
    *map(
        IPv4Network,
        (
            "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12"
            " 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24"
            " 203.0.113.0/24 224.0.0.0/3"
        ).split(),
    ),
    *map(IPv6Network, "::/3 2001::/23 2001:db8::/32 2002::/16 4000::/2 8000::/1".split()),
]


def is_public(address: str) -> bool:
    found = ip_address(address)
    return not any(found in network for network in FORBIDDEN)


class Backend(httpcore.AnyIOBackend):
    """Connects to addresses; names are resolved here, once."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = set(allowed)

    async def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        found = await asyncio.get_running_loop().run_in_executor(
            None, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        for *_, sockaddr in found:
            address = str(sockaddr[0])
            at = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
            if at not in self.allowed and not is_public(address):
                raise httpcore.ConnectError(f"{host} is not for you")
        return await super().connect_tcp(str(found[0][4][0]), port, *args, **kwargs)


def guarded_transport(allowed: Iterable[str]) -> httpx.AsyncHTTPTransport:
    transport = httpx.AsyncHTTPTransport()
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=httpx.create_ssl_context(),
        max_connections=None,
        network_backend=Backend(allowed),
    )
    return transport
