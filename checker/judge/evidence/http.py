"""Evidence over HTTP: the learner's app served in the subject, on a Unix socket."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from checker.judge.claim import claimed
from checker.judge.evidence.context import probes_for
from checker.judge.evidence.output import Output, last_exception
from checker.judge.evidence.project import Project, value_of
from checker.judge.evidence.response import aread, read
from checker.judge.evidence.transport import LONGEST, transport
from checker.judge.unmet import Overdue, Unmet
from checker.judge.witness import note, told, witnessed
from checker.report import Evidence
from checker.subject import Answer, Raised
from checker.subject.messages import NOT_STARTED

BASE = "http://workshop"
LIFESPAN = "A lifespan that comes to its yield, with nothing that fails before it."
_MOST_PRINTED = 16_000


class Http:
    """The app of one check. Started by the first request, or by `start` with other settings."""

    def __init__(self, project: Project, probes: Path | None) -> None:
        self._project = project
        self._probes = probes
        self._client: httpx.Client | None = None
        self._pid: int | None = None
        self._output: Output | None = None
        self._last: httpx.Request | None = None
        """The request that was sent last, whatever was asked since."""
        self.auth: httpx.Auth | None = None
        """Who signs the requests; nobody does unless a course's kit says who."""

    def start(
        self,
        app: str = "app.main:app",
        *,
        setup: str | None = None,
        afresh: bool = False,
        **args: Any,
    ) -> httpx.Client:
        """Serve `app`. `setup` names a probe to run in the server's process before the app starts;
        `afresh` is in a process that has imported nothing of the project.

        Raises Unmet where the app does not start.
        """
        project = self._project
        answer = project.subject.serve(
            app,
            sockets=(self._socket, self._side),
            root=project.root,
            env=project.env,
            deadline=project.deadline,
            probes=self._probes,
            setup=setup,
            args=args,
            image=None if afresh else project.image,
        )
        project.output = lambda: answer.printed
        if isinstance(answer, Raised) and answer.message == NOT_STARTED:
            cause = last_exception(answer.printed, project.root)
            raise Unmet(f"{app} ended while it was starting: {cause}", LIFESPAN, errata=())
        self._pid = value_of(answer, f"starting {app}")
        output = self._output = Output(project.subject.output_of(self._pid), project.root)
        project.output = lambda: output.of(project.request or self._last, _MOST_PRINTED)
        self._client = client(self._socket, timeout=project.deadline)
        return self._client

    @property
    def client(self) -> httpx.Client:
        return self._client or self.start()

    @witnessed
    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """One request; redirects are not followed. Raises Overdue where no response comes.

        A response's extension `raised` is a function that tells the exception behind it.
        """
        client = self.client
        assert self._output is not None
        raised = partial(self._output.raised, self._output.asked())
        seconds = self._project.deadline
        request = self._project.request = self._last = client.build_request(method, url, **options)
        try:
            response = read(client.send(request, stream=True, auth=self.auth), seconds)
            self._project.request = self._last = response.request
            if response.is_error:
                self._output.refused(response.request)
        except httpx.TimeoutException as error:
            raise Overdue(
                f"{method} {url} was not answered within {seconds:g} s.",
                "A response within that time.",
            ) from error
        except httpx.DecodingError as error:
            raise Unmet(
                f"{method} {url} was answered with a body that is not in its Content-Encoding:"
                f" {error}.",
                "A body as its headers say.",
            ) from error
        except httpx.TransportError as error:
            raise Unmet(
                f"{method} {url} broke the connection: {str(error) or type(error).__name__}.",
                "A response.",
            ) from error
        response.extensions["raised"] = raised
        return response

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

    @witnessed
    def together(
        self, requests: Sequence[tuple[str, str, Mapping[str, Any]]]
    ) -> list[httpx.Response | Exception]:
        """All requests at once, each `(method, url, options)`; a failure stands in its place."""
        self._ask()
        self._project.request = None  # no single one shows what came of all
        seconds = self._project.deadline

        async def send() -> list[httpx.Response | BaseException]:
            async with clients(self._socket, timeout=seconds) as together:

                async def one(method: str, url: str, options: Mapping[str, Any]) -> httpx.Response:
                    asked = together.stream(method, url, auth=self.auth, **options)
                    try:
                        async with asyncio.timeout(seconds * LONGEST), asked as streamed:
                            return await aread(streamed, seconds)
                    except TimeoutError as error:
                        raise httpx.ReadTimeout("it took too long") from error

                calls = (one(*request) for request in requests)
                return await asyncio.gather(*calls, return_exceptions=True)

        with ThreadPoolExecutor(1) as thread:  # a notebook's own thread has a loop running
            answers = thread.submit(lambda: asyncio.run(send())).result()
        return [answer for answer in answers if isinstance(answer, httpx.Response | Exception)]

    @told
    def inside(self, name: str, /, *, doing: str = "", expects: Any = None, **args: Any) -> Any:
        """A probe run inside the serving process, in its event loop: `def name(app, …)`."""
        self._ask()
        project = self._project
        project.request = None
        answer = project.subject.call(self._side, name, args, deadline=project.deadline)
        said = doing or f"running {name.replace('_', ' ')}"
        return claimed(value_of(answer, said), said, expects)

    def stop(self, *, gently: bool = True) -> Answer | None:
        """Stop the server as a process manager would, or at once where nobody looks at how.

        Its output is in the answer.
        """
        if self._client is not None:
            self._client.close()
        pid, self._client, self._pid = self._pid, None, None
        if gently:
            note(Evidence.WITNESSED)
        return self._project.subject.stop(pid, gently=gently) if pid is not None else None

    def _ask(self) -> None:
        _ = self.client
        assert self._output is not None
        self._output.asked()

    @property
    def _socket(self) -> Path:
        return self._project.beside / "http"

    @property
    def _side(self) -> Path:
        return self._project.beside / "side"


def client(address: Path, *, timeout: float) -> httpx.Client:
    """A client of the server on that Unix socket; `timeout` is in seconds."""
    return httpx.Client(transport=transport(address, timeout), base_url=BASE, timeout=timeout)


def clients(address: Path, *, timeout: float) -> httpx.AsyncClient:
    """Like `client`, for requests at the same time."""
    made = httpx.AsyncHTTPTransport(uds=str(address), verify=False)
    return httpx.AsyncClient(transport=made, base_url=BASE, timeout=timeout)


@pytest.fixture
def http(request: pytest.FixtureRequest, project: Project) -> Iterator[Http]:
    """The learner's app, served for this check alone."""
    probes = probes_for(request.path)
    served = Http(project, probes if probes.exists() else None)
    yield served
    served.stop(gently=False)  # a check that looks at the stop has asked for it itself
