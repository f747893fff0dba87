"""Serves the submission's app on a Unix socket, with a side door for probes inside its process."""

import asyncio
import importlib
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import uvicorn


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
            await asyncio.start_unix_server(self._answer, self._side, limit=2**20)
            self._ready()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from checker.subject.answers import Value, to_wire
        from checker.subject.child import _describe

        line = await reader.readline()
        if line:
            request = json.loads(line)
            try:
                found = getattr(self._probes, request["name"])(app=self._app, **request["args"])
                value = await found if inspect.isawaitable(found) else found
                answer = to_wire(Value(value))
                data = json.dumps(answer)
            except Exception as error:
                data = json.dumps(to_wire(_describe(error, Path.cwd())))
            writer.write(data.encode() + b"\n")
            await writer.drain()
        writer.close()


def serve(
    target: str, socket: str, side: str, probes: ModuleType | None, ready: Callable[[], None]
) -> None:
    """Serve `module:attribute` until SIGTERM. The attribute may be an app or a factory."""
    module_name, _, attribute = target.partition(":")
    app = getattr(importlib.import_module(module_name), attribute)
    factory = inspect.isfunction(app)
    config = uvicorn.Config(
        app() if factory else app,
        uds=socket,
        lifespan="on",
        log_level="info",
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    server = _Server(config, side, probes, config.app, ready)
    server.run()
    if not server.started:
        raise RuntimeError("the app did not start; its output says why")
