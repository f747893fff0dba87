"""The service as an operator starts it: the Dockerfile's command, as a process of its own.

The judge puts in host and port, and how long the server waits for requests when it stops, where
the command has such a limit.
"""

import asyncio
import json
import re
import socket
import struct
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import httpx
import pytest

from checker.judge import Unmet, free_port
from checker.judge.busy import busy
from checker.judge.claim import shown
from checker.judge.evidence import Command, Launch, Project, Running, Source
from checker.judge.evidence.response import read
from checker.judge.witness import witnessed
from kit.image import Command as Served
from kit.image import Image
from kit.stranger import Stranger

PATIENCE = 6.0
"""How many times a request's deadline a service may take to start: its workers start together.
Where the machine has other things to do, it is more."""
LOOK = 0.5
"""How often, in seconds, its workers are looked at while it does not answer."""
SECOND = 3.0
"""How long, in seconds, a second worker may begin after the first."""
ENOUGH = 6
"""So many workers that have ended, while others come, are no accident."""
BRIEFLY = 2
"""The limit in seconds that the judge puts in where a stop is to be overrun."""
PLAIN = re.compile(
    r"INFO: +(Uvicorn running on|Started parent process|Waiting for child process|Received SIG"
    r"|Terminated child process|Stopping parent process|Started server process)"
    r"|(INFO|ERROR): +Child process \[\d+\] (died|failed to start)"
    r"|\[[^]]+\] \[\d+\] \[(INFO|ERROR)\] (Starting gunicorn|Listening at|Using worker"
    r"|Booting worker|Handling signal|Shutting down|Control socket|Server is ready|Reason: Worker"
    r"|Worker (exiting|\(pid:\d+\)))"
)
"""What a server says before it has imported the service, or in the process that starts those that
do."""


@dataclass(frozen=True)
class Line:
    """A line that was printed: the object that it is, or nothing where it is none."""

    text: str
    data: dict[str, Any] | None

    @property
    def shown(self) -> str:
        """It in a sentence, cut where it is long."""
        return shown(self.text, 240)

    @property
    def values(self) -> list[str]:
        """The texts and numbers in it, wherever they stand."""
        return list(_values(self.data))

    @property
    def level(self) -> str:
        """Its level in capitals, whatever it is called in."""
        levels = {"CRITICAL", "FATAL", "ERROR", "WARNING", "WARN", "INFO", "DEBUG"}
        found = (str(value).upper() for key, value in (self.data or {}).items())
        return next((each for each in found if each in levels), "")


class Deployed:
    """The service of one check. Use as a context manager, or by its fixture."""

    def __init__(self, project: Project, launch: Launch, command: Command, source: Source) -> None:
        self._project = project
        self._launch = launch
        self._run = command
        self._source = source
        self.port = 0
        self._process: Running | None = None

    @property
    def command(self) -> Served:
        """What the Dockerfile ends in. Raises Unmet."""
        return Image(self._source).command

    @property
    def process(self) -> Running:
        assert self._process is not None
        return self._process

    def options(self) -> Mapping[str, str]:
        """What gunicorn makes of its command, files and variables, by its own names."""
        command = self.command
        arguments = ("gunicorn", *command.arguments, "--print-config")
        kept = dict(self._project.env)
        self._project.env |= {**_settable(command.env), **kept}
        try:
            printed = self._run(*arguments).output
        finally:
            self._project.env.clear()
            self._project.env |= kept
        pairs = (line.partition("=") for line in printed.splitlines())
        return {name.strip(): value.strip() for name, _, value in pairs}

    def launch(
        self, *, briefly: bool = False, alone: bool = False, patient: bool = True
    ) -> Running:
        """Start the process, and wait for nothing; `alone`, with one worker at most. Where it is
        `patient`, a worker that does not answer its parent for a while is let live.

        Raises Unmet where it cannot be started.
        """
        command = self.command
        self.port = free_port()
        if command.server == "uvicorn":
            arguments = command.without("--host", "--port", "--uds", "--fd")
            arguments += ["--host", "127.0.0.1", "--port", str(self.port)]
            if patient:  # a worker on a busy machine, or one that is held still, is not hung
                arguments += ["--timeout-worker-healthcheck", "60"]
            limited = "--timeout-graceful-shutdown"
            variable = "UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN"
            if briefly and (command.option(limited) or command.env.get(variable)):
                arguments += [limited, str(BRIEFLY)]
        else:
            arguments = command.without("--bind", "-b")
            arguments += ["--bind", f"127.0.0.1:{self.port}"]
            if briefly:
                arguments += ["--graceful-timeout", str(BRIEFLY)]
        if alone:
            arguments += ["--workers", "1"]
        env = _settable(command.env)
        self._process = self._launch(command.server, *arguments, env=env)
        return self._process

    def start(self, *, briefly: bool = False) -> None:
        """Start the service, and wait until it answers. Raises Unmet where it does not."""
        process = self.launch(briefly=briefly)
        patience = PATIENCE * self._project.deadline * busy(4.0)
        end = time.monotonic() + patience
        workers = Workers(process)
        what = ""
        while not what:
            with suppress(httpx.TransportError), self.client(1.0) as client:
                client.get("/health/live")
                return
            if process.wait() is not None:
                what = f"ended with status {process.status} instead of serving"
            elif time.monotonic() > end:
                what = f"answered no request after {patience:.0f} s"
            else:
                what = workers.look()
            time.sleep(0.05)
        raise Unmet(
            f"`{self.command.shown}` {what}.{_last_line(process.printed())}",
            "A server that starts, by the command in which the Dockerfile ends, from the"
            " project's folder.",
            self.command.at,
        )

    def client(self, seconds: float | None = None) -> httpx.Client:
        """A client that makes a connection for each request, and so meets all workers."""
        limits = httpx.Limits(max_keepalive_connections=0)
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            timeout=seconds or self._project.deadline,
            transport=httpx.HTTPTransport(limits=limits, verify=False),
            trust_env=False,
        )

    @witnessed
    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """One request over a connection of its own. Raises Unmet where no response comes."""
        seconds = self._project.deadline
        with self.client() as client:
            request = self._project.request = client.build_request(method, url, **options)
            try:
                return read(client.send(request, stream=True), seconds)
            except httpx.TransportError as error:
                raise Unmet(
                    f"{method} {url} got no answer: {str(error) or type(error).__name__}.",
                    "A response.",
                ) from error

    @witnessed
    def workers(self) -> list[int]:
        """The processes that serve, below the one that was started, or that one alone where in
        time there is no second.

        Raises Unmet where that has ended.
        """
        end = time.monotonic() + SECOND * busy(4.0)
        while (first := self.process.outside) is not None:
            found = list(_below(first))
            if len(found) > 1 or time.monotonic() > end:  # gunicorn starts one after the other
                return found or [first]
            time.sleep(0.1)
        raise Unmet(f"`{self.command.shown}` ended by itself.", "A server that goes on.")

    def lines(self) -> list[Line]:
        """Every line that has been printed so far."""
        return [line_of(text) for text in self.process.printed().splitlines() if text.strip()]

    @witnessed
    def is_open(self, seconds: float = 1.0) -> bool:
        """Whether a new connection gets an answer at all, within so many `seconds`."""
        try:
            with self.client(seconds) as client:
                client.get("/health/live")
        except httpx.HTTPError:
            return False
        return True


class Workers:
    """What becomes of the processes that a service starts, looked at every `LOOK` seconds."""

    def __init__(self, process: Running) -> None:
        self._process = process
        self._next = time.monotonic() + LOOK
        self._seen: set[int] = set()
        self._without = 0
        """How often in turn all of them had ended."""

    def look(self, times: int = 2) -> str:
        """What is wrong with them, if it is known: all have ended, and the process that started
        them has not noticed in so many `times`; or others come, and end too."""
        first = self._process.outside
        if first is None or time.monotonic() < self._next:
            return ""
        workers = _below(first)
        alive = {pid for pid, each in workers.items() if not each.is_ended}
        self._seen |= workers.keys()
        self._without = 0 if alive or not workers else self._without + 1
        self._next = time.monotonic() + LOOK
        if self._without >= times:
            return "goes on without a worker: all have ended"
        if len(self._seen - alive) >= ENOUGH:
            return "starts its workers again and again, and each ends"
        return ""


def _settable(env: Mapping[str, str]) -> dict[str, str]:
    """The variables of an image, without those that say where its programs are."""
    places = ("PATH", "HOME", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    return {name: value for name, value in env.items() if name not in places}


class Process(NamedTuple):
    """One of the machine's."""

    parent: int
    is_ended: bool
    """Whether its parent has yet to notice that it has ended."""
    command: str


def _below(first: int) -> dict[int, Process]:
    """The processes that one has started, and those that these have, but for Python's own."""
    started, found = _processes(), [first]
    for pid in found:
        found += [each for each, process in started.items() if process.parent == pid]
    below = {pid: started[pid] for pid in found[1:]}
    return {pid: each for pid, each in below.items() if "resource_tracker" not in each.command}


def _processes() -> dict[int, Process]:
    """The machine's processes, by their numbers."""
    argv = ("ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args=")
    printed = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    rows = (line.split(None, 3) for line in printed.splitlines())
    return {
        int(pid): Process(int(parent), state.startswith("Z"), " ".join(rest))
        for pid, parent, state, *rest in rows
    }


def line_of(text: str) -> Line:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    return Line(text, data if isinstance(data, dict) else None)


def _values(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from _values(value)
    elif isinstance(data, list):
        for value in data:
            yield from _values(value)
    elif data is not None:
        yield str(data)


def _last_line(printed: str) -> str:
    last = printed.strip().splitlines()[-1:]
    return f" It last printed: {shown(last[0], 300)}" if last else ""


class Silent:
    """A database server that takes every connection, and says nothing. Use as a context manager."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._talks: list[socket.socket] = []
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in (*self._talks, self._socket):
            each.close()

    def until(self, number: int) -> None:
        """Wait until so many connections have come. Raises TimeoutError after a while."""
        self._socket.settimeout(20.0)
        while len(self._talks) < number:
            self._talks.append(self._socket.accept()[0])

    def url(self, password: str) -> str:
        return f"postgresql+asyncpg://posts:{password}@127.0.0.1:{self.port}/posts"


class Mute(Stranger):
    """A PostgreSQL that lets everybody in, and answers no statement."""

    def url(self, password: str) -> str:
        return f"postgresql+asyncpg://posts:{password}@{self.at}/posts"

    async def _listen(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._let_in, "127.0.0.1", port)

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._transports.add(writer.transport)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while code := await _first(reader):
                if code in (ASKS_FOR_TLS, ASKS_FOR_GSS):
                    writer.write(b"N")
                else:
                    break
            if code != CANCELS:
                writer.write(WELCOME)
            await reader.read()  # whatever is asked, to its end


ASKS_FOR_TLS, ASKS_FOR_GSS, CANCELS = 80877103, 80877104, 80877102
"""What a client of PostgreSQL may begin with, in the place of the protocol's version."""


async def _first(reader: asyncio.StreamReader) -> int:
    """What a client begins with, which has no type before its length: its number."""
    [length] = struct.unpack("!i", await reader.readexactly(4))
    [code] = struct.unpack_from("!i", await reader.readexactly(length - 4))
    return int(code)


def _told(kind: bytes, body: bytes) -> bytes:
    """A message of PostgreSQL's."""
    return kind + struct.pack("!i", len(body) + 4) + body


WELCOME = (
    _told(b"R", struct.pack("!i", 0))  # whoever it is
    + _told(b"S", b"server_version\0" + b"15.1\0")
    + _told(b"S", b"client_encoding\0UTF8\0")
    + _told(b"K", struct.pack("!ii", 1, 1))  # how to cancel a statement
    + _told(b"Z", b"I")  # ask
)


@pytest.fixture
def deployed(project: Project, launch: Launch, command: Command, source: Source) -> Deployed:
    """The service in processes of this check's own."""
    return Deployed(project, launch, command, source)
