"""Servers of strangers, played by the judge: quick, slow, broken and endless ones, which notice who
asks them for what, how many ask at once, and who leaves before the end.

They listen on the loopback interface, in a thread of the judge's.
"""

import asyncio
import contextlib
import gzip
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from checker.judge.evidence import Grading
from checker.judge.witness import witnessed
from kit.environment import ports
from kit.stranger import PATIENCE, Stranger

ENDLESS = 48 * 2**20
"""Bytes of a page that is as good as endless."""
BOMB = 96 * 2**20
"""Bytes of a page that is compressed to a thousandth."""
GZIP_HEAD, GZIP_TAIL = 10, 8
"""Bytes around the deflated ones, where no name of a file is given."""
COUNT = "/now"
"""The path whose answer is how many other requests are being answered."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LONGEST_HEAD = 64 * 1024


@dataclass
class Visit:
    """One request that came."""

    method: str
    path: str
    headers: Mapping[str, str]
    """By names in lower case."""
    body: bytes = b""
    left: bool = False
    """The client went before there was a whole answer."""
    began: float = field(default_factory=time.monotonic, compare=False)
    over: bool = False
    answered: bool = False
    """As good as over: what is left is sent at once, and the client may be back before that is
    noticed here."""


class Exchange:
    """A request and what is sent back, by the behaviour that its path has."""

    def __init__(self, visit: Visit, writer: asyncio.StreamWriter) -> None:
        self.visit = visit
        self.keep = True
        """Whether the connection serves another request."""
        self._over = False
        self._writer = writer

    async def head(self, status: int, headers: Mapping[str, str]) -> None:
        lines = (f"HTTP/1.1 {status} Said", *(f"{name}: {headers[name]}" for name in headers))
        bare = self.visit.method == "HEAD"
        self.visit.answered |= bare
        await self.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._over = bare

    async def write(self, data: bytes) -> None:
        """Send something; of an answer to HEAD nothing follows its head."""
        if not self._over:
            self._writer.write(data)
            await self._writer.drain()

    async def answer(
        self, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """A whole answer, in HTML unless the headers say otherwise."""
        usual = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
        self.visit.answered = True
        await self.head(status, {**usual, **(headers or {})})
        await self.write(body)

    def reset(self) -> None:
        """Break the connection off, which the client sees as an error."""
        self.keep = False
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Behaviour = Callable[[Exchange], Awaitable[None]]


class Upstream(Stranger):
    """One server for all of a check's addresses. Methods that give an address add a page."""

    def __init__(self, ports: Sequence[int] = (0,)) -> None:
        super().__init__(ports)
        self.visits: list[Visit] = []
        self.most = 0
        """The most requests that were being answered at the same time."""
        self._behaviours: dict[str, Behaviour] = {}

    # What the judge asks.

    @property
    def now(self) -> int:
        """How many requests are being answered."""
        return sum(not visit.answered for visit in list(self.visits))

    @witnessed
    def visits_of(self, url: str) -> list[Visit]:
        path = url.partition("//")[2].partition("/")[2]
        return [visit for visit in list(self.visits) if visit.path == f"/{path}"]

    # What there is to fetch. Each gives its URL.

    def add(self, behaviour: Behaviour) -> str:
        path = f"/{len(self._behaviours)}"
        self._behaviours[path] = behaviour
        return f"http://{self.at}{path}"

    def page(self, title: str, **headers: str) -> str:
        return self.raw(html(title), 200, **headers)

    def raw(self, body: bytes, status: int = 200, **headers: str) -> str:
        """A body as it is. Names of headers have `_` for `-`."""
        given = _fields(headers)

        async def behave(exchange: Exchange) -> None:
            await exchange.answer(body, status, given)

        return self.add(behave)

    def meanwhile(self, title: str, **headers: str) -> tuple[str, str, str]:
        """A page whose head has these headers, and whose body waits, for two seconds, until another
        page is asked for; a link that leads there once that head was sent; and that other page.
        Names of headers have `_` for `-`."""
        given = _fields(headers)
        begun, asked = asyncio.Event(), asyncio.Event()

        async def wait_for(event: asyncio.Event) -> None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), 2)

        async def slow(exchange: Exchange) -> None:
            body = html(title)
            said = {"Content-Type": "text/html", "Content-Length": str(len(body)), **given}
            await exchange.head(200, said)
            begun.set()
            await wait_for(asked)
            exchange.visit.answered = True
            await exchange.write(body)

        async def other(exchange: Exchange) -> None:
            asked.set()
            await exchange.answer(html(title))

        page = self.add(other)

        async def moved(exchange: Exchange) -> None:
            await wait_for(begun)
            await asyncio.sleep(0.2)  # for the head to arrive
            await exchange.answer(b"", 302, {"Location": page})

        return self.add(slow), self.add(moved), page

    def compressed(self, title: str) -> str:
        """A page that is compressed for those who ask for it."""

        async def behave(exchange: Exchange) -> None:
            if "gzip" in exchange.visit.headers.get("accept-encoding", ""):
                packed = gzip.compress(html(title))
                await exchange.answer(packed, headers={"Content-Encoding": "gzip"})
            else:
                await exchange.answer(html(title))

        return self.add(behave)

    def slow(self, title: str, seconds: float) -> str:
        async def behave(exchange: Exchange) -> None:
            await asyncio.sleep(seconds)
            await exchange.answer(html(title))

        return self.add(behave)

    def gate(self, title: str) -> str:
        """A page that is answered once the gate is open."""

        async def behave(exchange: Exchange) -> None:
            await self._pass_gate()
            await exchange.answer(html(title))

        return self.add(behave)

    def meeting(self, titles: list[str], seconds: float = 4.0) -> list[str]:
        """Pages that are answered once all of them have been asked for; else, after that time, with
        503, and from then on at once."""
        barrier = asyncio.Barrier(len(titles))

        async def wait() -> bool:
            try:
                async with asyncio.timeout(seconds):
                    await barrier.wait()
            except (TimeoutError, asyncio.BrokenBarrierError):
                await barrier.abort()
                return False
            return True

        def one(title: str) -> str:
            async def behave(exchange: Exchange) -> None:
                met = await wait()
                await exchange.answer(html(title if met else "alone"), 200 if met else 503)

            return self.add(behave)

        return [one(title) for title in titles]

    def hang(self) -> str:
        """Takes the request, and says nothing."""

        async def behave(exchange: Exchange) -> None:
            await asyncio.sleep(PATIENCE)
            await exchange.answer(b"", 504)

        return self.add(behave)

    def drip(self, *, head: bool = False, status: int = 200, **headers: str) -> str:
        """One byte after the other, of the page's title or of its head. Names of headers have `_`
        for `-`."""
        given = _fields(headers)
        said = {"Content-Type": "text/html", "Connection": "close", **given}

        async def behave(exchange: Exchange) -> None:
            exchange.keep = False
            if head:
                await exchange.write(b"HTTP/1.1 200 Said\r\nX-Slow: ")
            else:
                await exchange.head(status, said)
                await exchange.write(b"<html><head><title>")
            for _ in range(int(PATIENCE / 0.05)):
                await exchange.write(b"x")
                await asyncio.sleep(0.05)

        return self.add(behave)

    def endless(self, title: str, *, length: bool = False) -> str:
        """A page with a title and no end; with `length`, one that says to be short."""

        async def behave(exchange: Exchange) -> None:
            exchange.keep = False
            said = {"Content-Length": str(ENDLESS)} if length else {"Transfer-Encoding": "chunked"}
            await exchange.head(200, {"Content-Type": "text/html", "Connection": "close", **said})
            part = html(title).ljust(2**16)
            for _ in range(ENDLESS // 2**16):
                await exchange.write(part if length else b"%x\r\n%s\r\n" % (len(part), part))
                part = b" " * 2**16
            await exchange.write(b"" if length else b"0\r\n\r\n")

        return self.add(behave)

    def bombs(self, title: str) -> dict[str, str]:
        """A page of nearly nothing but spaces, compressed, whether that was asked for or not: its
        address for each Content-Encoding that says so."""
        packed = gzip.compress(html(title) + b" " * BOMB, 6, mtime=0)
        bodies = {
            "gzip": packed,
            "GZIP": packed,
            "identity, gzip": packed,
            "gzip, gzip": gzip.compress(packed, 6),
            "deflate": packed[GZIP_HEAD:-GZIP_TAIL],
        }
        return {how: self.raw(body, Content_Encoding=how) for how, body in bodies.items()}

    def pieces(self, *pieces: bytes) -> str:
        """A page that comes in pieces, with a pause before each."""

        async def behave(exchange: Exchange) -> None:
            exchange.keep = False
            await exchange.head(200, {"Content-Type": "text/html", "Connection": "close"})
            for left, piece in zip(range(len(pieces))[::-1], pieces, strict=True):
                await asyncio.sleep(0.05)
                exchange.visit.answered |= not left
                await exchange.write(piece)

        return self.add(behave)

    def redirect(self, to: str, status: int = 302, *, after: float = 0.0) -> str:
        """Leads to another address, after so many seconds."""

        async def behave(exchange: Exchange) -> None:
            await asyncio.sleep(after)
            await exchange.answer(b"", status, {"Location": to})

        return self.add(behave)

    def going_round(self) -> str:
        """A redirect to itself."""
        return self.redirect(f"/{len(self._behaviours)}")

    def broken(self, how: str) -> str:
        """A server that fails: `reset`, `nothing`, `garbage`, `short`."""

        async def behave(exchange: Exchange) -> None:
            exchange.keep = False
            if how == "reset":
                exchange.reset()
            elif how == "garbage":
                await exchange.write(b"\x00\x01 this is no HTTP\r\n\r\n")
            elif how == "short":
                await exchange.head(200, {"Content-Type": "text/html", "Content-Length": "1000"})
                await exchange.write(b"<titl")

        return self.add(behave)

    def receiver(self, answer: Callable[[Visit], int | str | None]) -> str:
        """Takes what is sent to it, and answers as that function says, which runs in a thread: with
        a status, by a redirect to an address, or, for None, when the gate is open, with 204. 0
        breaks the connection off."""

        async def behave(exchange: Exchange) -> None:
            said = await asyncio.to_thread(answer, exchange.visit)
            if said is None:
                await self._pass_gate()
            if isinstance(said, str):
                await exchange.answer(b"", 307, {"Location": said})
            elif said == 0:
                exchange.reset()
            else:
                await exchange.answer(b"", said or 204)

        return self.add(behave)

    # How it is served.

    async def _listen(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(
            self._connected, "127.0.0.1", port, limit=LONGEST_HEAD, backlog=256
        )

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._transports.add(writer.transport)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while await self._answered(reader, writer):
                pass
        writer.close()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request: whether there may be another on this connection."""
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        method, path, *_ = [*first.split(), "", ""]
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        visit = Visit(method, path, headers, body)
        self.visits.append(visit)
        self.most = max(self.most, self.now)
        self._notify()
        exchange = Exchange(visit, writer)
        behave = (
            self._count if path == COUNT else self._behaviours.get(path.partition("?")[0], _missing)
        )
        if method not in METHODS:
            behave = _unknown
        answering = asyncio.ensure_future(behave(exchange))
        leaving = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            visit.left = not answering.done() or isinstance(answering.exception(), OSError)
        finally:
            answering.cancel()
            leaving.cancel()
            await asyncio.gather(answering, leaving, return_exceptions=True)
            visit.over = visit.answered = True
            self._notify()
        return exchange.keep and not visit.left and headers.get("connection") != "close"

    async def _count(self, exchange: Exchange) -> None:
        await exchange.answer(str(self.now - 1).encode())


async def _unknown(exchange: Exchange) -> None:
    await exchange.answer(html("Not by this method"), 501)


async def _missing(exchange: Exchange) -> None:
    await exchange.answer(html("Not here"), 404)


def _fields(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by their names on the wire, of which an argument's name has `_` for `-`."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def html(title: str) -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body></body>".encode()


@pytest.fixture
def upstream(grading: Grading) -> Iterator[Upstream]:
    """A server on loopback which the service may fetch from, by its setting."""
    with Upstream(ports(grading.seed)) as server:
        yield server


@pytest.fixture
def inside() -> Iterator[Upstream]:
    """A server on loopback that the service may not fetch from."""
    with Upstream() as server:
        yield server
