"""HTTP as a check on the floor has it: the app is asked without a socket."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from bench.floor.subject import InProcess
from checker.judge import evidence
from checker.judge.evidence import Project
from checker.judge.evidence.http import BASE
from checker.judge.evidence.response import aread


class Http(evidence.Http):
    """The learner's app, in this process and an event loop of its own."""

    def __init__(self, project: Project, subject: InProcess, probes: Path | None) -> None:
        super().__init__(project, probes)
        self._subject = subject
        self._seconds = project.deadline

    def start(
        self, app: str = "app.main:app", *, setup: str | None = None, **args: Any
    ) -> httpx.Client:
        super().start(app, setup=setup, **args)
        self._client = httpx.Client(transport=_Transport(self._subject), base_url=BASE)
        return self._client

    def together(
        self, requests: Sequence[tuple[str, str, Mapping[str, Any]]]
    ) -> list[httpx.Response | Exception]:
        _ = self.client
        transport = httpx.ASGITransport(self._subject.served, raise_app_exceptions=False)

        async def send() -> list[httpx.Response | BaseException]:
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:

                async def one(method: str, url: str, options: Mapping[str, Any]) -> httpx.Response:
                    async with client.stream(method, url, **options) as streamed:
                        return await aread(streamed, self._seconds)

                calls = (one(*request) for request in requests)
                return await asyncio.gather(*calls, return_exceptions=True)

        answers = self._subject.loop.run(send())
        return [answer for answer in answers if isinstance(answer, httpx.Response | Exception)]


class _Transport(httpx.BaseTransport):
    """Runs the app for one request."""

    def __init__(self, subject: InProcess) -> None:
        self._subject = subject
        self._transport = httpx.ASGITransport(subject.served, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def ask() -> httpx.Response:
            response = await self._transport.handle_async_request(request)
            assert isinstance(response.stream, httpx.AsyncByteStream)
            body = httpx.ByteStream(b"".join([part async for part in response.stream]))
            return httpx.Response(response.status_code, headers=response.headers, stream=body)

        return self._subject.loop.run(ask())


def http(request: Any, project: Project) -> Iterator[Http]:
    """In the place of the fixture of that name."""
    assert isinstance(project.subject, InProcess)
    probes = request.path.parent / "probes.py"
    served = Http(project, project.subject, probes if probes.exists() else None)
    yield served
    served.stop(gently=False)
