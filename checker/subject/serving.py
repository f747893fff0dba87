"""Serves the submission's app on a Unix socket, with a side door for probes inside its process."""

import asyncio
import importlib
import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import uvicorn

from checker.subject.messages import (
    NOT_STARTED,
    CallRequest,
    Malformed,
    Refused,
    Value,
    decode,
    encode,
)
from checker.subject.raised import describe


class _Server(uvicorn.Server):
    """uvicorn, telling when it accepts requests and answering probes beside them."""

    def __init__(
        self,
        config: uvicorn.Config,
        side: str,
        probes: ModuleType | None,
        app: Any,
        ready: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._side = side
        self._probes = probes
        self._app = app
        self._ready = ready

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets=sockets)
        if self.started and not self.should_exit:
            await asyncio.start_unix_server(self._reply, self._side, limit=2**20)
            self._ready()

    async def _reply(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        if line:
            writer.write(await self._answer(line))
            await writer.drain()
        writer.close()

    async def _answer(self, line: bytes) -> bytes:
        try:
            request = decode(line, CallRequest)
        except Malformed as error:
            return encode(Refused(str(error)))
        try:
            found = getattr(self._probes, request.name)(app=self._app, **request.args)
            return encode(Value(await found if inspect.isawaitable(found) else found))
        except Exception as error:
            return encode(describe(error, Path.cwd()))


def serve(
    target: str, address: str, side: str, probes: ModuleType | None, ready: Callable[[], None]
) -> None:
    """Serve `module:attribute` until SIGTERM. The attribute may be an app or a factory."""
    module_name, _, attribute = target.partition(":")
    app = getattr(importlib.import_module(module_name), attribute)
    factory = inspect.isfunction(app)
    config = uvicorn.Config(
        app() if factory else app,
        uds=address,
        lifespan="on",
        log_level="info",
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    server = _Server(config, side, probes, config.app, ready)
    try:
        server.run()
    except SystemExit:  # as uvicorn ends where the lifespan fails
        if server.started:
            raise
    if not server.started:
        raise RuntimeError(NOT_STARTED)
