"""HTTP as a check on the floor has it."""

import asyncio
import importlib
import inspect
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import ModuleType
from typing import Any

import httpx

from bench.floor.project import PATCHING, Project, called
from checker.judge.evidence.http import BASE
from checker.subject import Value


class Http:
    """The learner's app, in this process and an event loop of its own, asked without a socket."""

    def __init__(self, project: Project, probes: ModuleType | None, stack: ExitStack) -> None:
        self._project = project
        self._probes = probes
        self._stack = stack
        self._app: Any = None
        self._client: httpx.AsyncClient | None = None
        self._runner = asyncio.Runner()
        self._began = 0
        self._lifespan: Any = None
        stack.callback(self.stop)

    def start(
        self, app: str = "app.main:app", *, setup: str | None = None, **args: Any
    ) -> httpx.AsyncClient:
        self._project.note(pristine=setup is not None)
        if self._project.alone:
            self._project.enter()
        self._began = self._project.printed()
        if setup:
            called(getattr(self._probes, setup), args)
        module, _, attribute = app.partition(":")
        found = getattr(importlib.import_module(module), attribute)
        self._app = found() if inspect.isfunction(found) else found
        self._client = self._runner.run(self._open())
        return self._client

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        client = self._client or self.start()
        return self._runner.run(client.request(method, url, **options))

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> httpx.Response:
        return self.request("POST", url, **options)

    def patch(self, url: str, **options: Any) -> httpx.Response:
        return self.request("PATCH", url, **options)

    def put(self, url: str, **options: Any) -> httpx.Response:
        return self.request("PUT", url, **options)

    def delete(self, url: str, **options: Any) -> httpx.Response:
        return self.request("DELETE", url, **options)

    def together(
        self, requests: Sequence[tuple[str, str, Mapping[str, Any]]]
    ) -> list[httpx.Response | BaseException]:
        client = self._client or self.start()

        async def send() -> list[httpx.Response | BaseException]:
            calls = (client.request(method, url, **options) for method, url, options in requests)
            return await asyncio.gather(*calls, return_exceptions=True)

        return self._runner.run(send())

    def inside(self, name: str, *, doing: str = "", **args: Any) -> Any:
        if self._client is None:
            self.start()
        self._project.note(fork=name in PATCHING)
        found = getattr(self._probes, name)(app=self._app, **args)
        return self._runner.run(found) if inspect.iscoroutine(found) else found

    def stop(self, *, gently: bool = True) -> Value | None:
        if self._client is None:
            return None
        self._runner.run(self._close())
        self._runner.close()
        self._client = None
        return Value(None, self._project.printed_since(self._began))

    async def _open(self) -> httpx.AsyncClient:
        self._lifespan = self._app.router.lifespan_context(self._app)
        state = await self._lifespan.__aenter__()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await self._app({**scope, "state": dict(state or {})}, receive, send)

        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=BASE)

    async def _close(self) -> None:
        assert self._client is not None
        await self._client.aclose()
        await self._lifespan.__aexit__(None, None, None)
