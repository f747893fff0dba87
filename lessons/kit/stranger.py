"""A server of somebody else's, played by the judge: it listens on the loopback interface, in a
thread and an event loop of its own, until its block ends.
"""

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Self

PATIENCE = 6.0
"""Seconds after which a server that keeps somebody waiting gives up by itself. Whoever waits for
that has set no limit of his own."""


class Stranger(ABC):
    """Listens on the first of the ports that is free. Use as a context manager."""

    def __init__(self, ports: Sequence[int] = (0,)) -> None:
        self._ports = ports
        self.port = 0
        self.gave_up = False
        """Somebody has waited at the gate until this server gave up."""
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._stopping = asyncio.Event()
        self._gate = asyncio.Event()
        self._transports: set[asyncio.BaseTransport] = set()

    @abstractmethod
    async def _listen(self, port: int) -> asyncio.Server:
        """A server on that port of 127.0.0.1. Raises OSError where it is taken."""

    def __enter__(self) -> Self:
        self._thread.start()
        self.until(lambda: self.port > 0, 10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    @property
    def at(self) -> str:
        """Its address and port."""
        return f"127.0.0.1:{self.port}"

    def until(self, holds: Callable[[], bool], seconds: float = PATIENCE) -> bool:
        """Wait until something holds, which changes with what comes and goes here."""
        with self._changed:
            return self._changed.wait_for(holds, seconds)

    def open_gate(self) -> None:
        """Let all that waits at the gate go on."""
        self._loop.call_soon_threadsafe(self._gate.set)

    def close_gate(self) -> None:
        self._loop.call_soon_threadsafe(self._gate.clear)

    async def _pass_gate(self) -> None:
        """Wait until the gate is open. After a while this server opens it by itself."""
        try:
            await asyncio.wait_for(self._gate.wait(), PATIENCE)
        except TimeoutError:
            self.gave_up = True
            self._gate.set()

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server = await self._listening()
        self.port = server.sockets[0].getsockname()[1]
        self._notify()
        await self._stopping.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for transport in self._transports:
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()
        for _ in range(2):  # in which the sockets are closed
            await asyncio.sleep(0)

    async def _listening(self) -> asyncio.Server:
        for port in self._ports:
            with suppress(OSError):
                return await self._listen(port)
        raise RuntimeError(f"none of the ports {self._ports} is free")
