import asyncio
import ipaddress
import socket

import httpx

PORTS = {"http": 80, "https": 443}


def is_public(address: str) -> bool:
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return is_public(str(found.ipv4_mapped))
        if found not in ipaddress.ip_network("2000::/3") or found.sixtofour or found.teredo:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


async def pinned(url: httpx.URL, allowed: list[str]) -> httpx.URL:
    """The URL with an address in place of the name. Raises ValueError.

    Addresses that are written as such, and other ports, are for those on the list alone.
    """
    if url.scheme not in PORTS:
        raise ValueError(url.scheme)
    port = url.port or PORTS[url.scheme]
    found = await asyncio.to_thread(socket.getaddrinfo, url.host, port, 0, socket.SOCK_STREAM)
    addresses = [str(sockaddr[0]) for *_, sockaddr in found]
    for address in addresses:
        if (f"[{address}]:{port}" if ":" in address else f"{address}:{port}") in allowed:
            return url.copy_with(host=address)
    if url.port or url.host in addresses or not all(map(is_public, addresses)):
        raise ValueError(url.host)
    return url.copy_with(host=addresses[0])
