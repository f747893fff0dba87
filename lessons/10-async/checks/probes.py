"""What runs beside the learner's application, and inside the process that serves it."""

import asyncio
import gc
import ipaddress
import itertools
import re
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

attempts = []
"""Addresses outside that something has tried to connect to."""
beats = {}


# What is asked beside the application.


def titles(pages):
    """What find_title makes of each page."""
    from app.utils.links import find_title

    found = [find_title(page) for page in pages]
    return [each if isinstance(each, str | None) else {"a": type(each).__name__} for each in found]


def efforts(pages):
    """Seconds of the processor that find_title takes for each page."""
    from app.utils.links import find_title

    clock = [time.process_time()]
    for page in pages:
        find_title(page)
        clock.append(time.process_time())
    return [end - begin for begin, end in itertools.pairwise(clock)]


def public(addresses):
    """What is_public makes of each address."""
    from app.utils.guard import is_public

    found = []
    for address in addresses:
        try:
            value = is_public(address)
        except NotImplementedError:
            raise
        except Exception as error:
            value = f"{type(error).__name__}: {error}"
        found.append(value if isinstance(value, bool | str | None) else f"a {type(value).__name__}")
    return found


async def cancel(path, at, hanging, then):
    """Cancel a request while so many of its links hang: how it ended, what was sent, and which
    tasks are left; and what is answered where `then` is asked for after it, None where nothing
    is."""
    from app.main import create_app

    app, sent = create_app(), []
    async with app.router.lifespan_context(app) as state:
        before = asyncio.all_tasks()
        request = asyncio.create_task(app(_scope(state, path), _receive, _collecting(sent)))
        count = 0
        for _ in range(250):
            if request.done() or (count := await _now(at)) >= hanging:
                break
            await asyncio.sleep(0.02)
        begun = not request.done()
        request.cancel()
        await asyncio.wait({request}, timeout=3)
        error = request.exception() if request.done() and not request.cancelled() else None
        left, still = await _left(before), await _open(at)
        return {
            "begun": begun,
            "hanging": count,
            "ended": request.done(),
            "cancelled": request.cancelled(),
            "error": type(error).__name__ if error else None,
            "sent": [message.get("status", message["type"]) for message in sent],
            "left": left,
            "open": still,
            "after": None if left or still else await _answer(app, state, then),
        }


async def ask(path, at):
    """Ask once: the status, and which tasks and requests are left after the answer."""
    from app.main import create_app

    app, sent = create_app(), []
    async with app.router.lifespan_context(app) as state:
        before = asyncio.all_tasks()
        await app(_scope(state, path), _receive, _collecting(sent))
        seen = {"left": await _left(before), "open": await _open(at)}
    return {**seen, "status": sent[0].get("status") if sent else None}


async def clients(path, times):
    """How many clients are made while previews are asked for so many times, and how many of all
    that there were are still open when the application has ended."""
    import httpx

    from app.main import create_app

    made = 0

    def made_one():
        nonlocal made
        made += 1

    for kind in (httpx.AsyncClient, httpx.Client):
        _counting(kind, made_one)
    app, statuses = create_app(), []
    async with app.router.lifespan_context(app) as state:
        made = 0
        for _ in range(times):
            sent = []
            await app(_scope(state, path), _receive, _collecting(sent))
            statuses.append(sent[0].get("status") if sent else None)
        during = made
    kinds = (httpx.AsyncClient, httpx.Client)
    alive = [each for each in gc.get_objects() if isinstance(each, kinds)]
    return {
        "statuses": statuses,
        "made": during,
        "open": sum(not each.is_closed for each in alive),
    }


def _counting(kind, noted):
    original = kind.__init__

    def counted(self, *args, **kwargs):
        noted()
        original(self, *args, **kwargs)

    kind.__init__ = counted


async def _answer(app, state, path):
    """The body that a path is answered with, or None where it is not within some seconds."""
    sent = []
    with suppress(TimeoutError):
        async with asyncio.timeout(5):
            await app(_scope(state, path), _receive, _collecting(sent))
            return b"".join(message.get("body", b"") for message in sent).decode()
    return None


async def _now(at):
    """How many requests the server at that address is answering."""
    host, _, port = at.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /now HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    text = (await reader.read()).decode()
    writer.close()
    return int(text.rpartition("\n")[2])


async def _open(at):
    """As `_now`, once it is 0 or stays what it is: a connection that is closed is noticed late."""
    for _ in range(100):
        if not (count := await _now(at)):
            break
        await asyncio.sleep(0.01)
    return count


async def _left(before):
    """Names of the tasks that were not there before, and do not end."""
    for _ in range(50):
        left = [task for task in asyncio.all_tasks() - before if not task.done()]
        if not left:
            break
        await asyncio.sleep(0.01)
    return sorted(getattr(task.get_coro(), "__qualname__", "a task") for task in left)


def _collecting(sent):
    async def send(message):
        sent.append(message)

    return send


async def _receive():
    await asyncio.Event().wait()


def _scope(state, path):
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"workshop")],
        "client": ("127.0.0.1", 1),
        "server": ("workshop", 80),
        "state": dict(state or {}),
    }


# What is set up before the application is served.


def internet(names, servers, slow=0.0):
    """A small internet: `names` have addresses, a list for each time that they are asked after, and
    behind some addresses are `servers`, `[host, port]`. What else is outside is not reached, and
    noted. Names are found after so many seconds."""
    resolve, connect = socket.getaddrinfo, socket.socket.connect
    asked = dict.fromkeys(names, 0)

    def addresses(name):
        time.sleep(slow)
        if name not in names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        asked[name] += 1
        return names[name][(asked[name] - 1) % len(names[name])]

    def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):  # noqa: A002
        name = (host.decode() if isinstance(host, bytes) else str(host)).lower().rstrip(".")
        if name in ("none", "", "localhost") or _is_number(name):
            return resolve(host, port, family, type, proto, flags)
        found = [_as_found(each, int(port or 0)) for each in addresses(name)]
        return [each for each in found if family in (0, each[0])]

    def gethostbyname(host):
        return getaddrinfo(host, 0, socket.AF_INET, socket.SOCK_STREAM)[0][4][0]

    def connecting(self, address):
        host = address[0].partition("%")[0] if isinstance(address, tuple) else ""
        if host in servers:
            place, port = servers[host]  # of IPv4, which a socket of IPv6 has a spelling for
            mapped = "::ffff:" if self.family == socket.AF_INET6 else ""
            return connect(self, (f"{mapped}{place}", port))
        if host and _is_number(host) and host not in ("127.0.0.1", "::1"):
            attempts.append(host)
            raise ConnectionRefusedError(111, "Connection refused")
        return connect(self, address)

    socket.getaddrinfo = getaddrinfo
    socket.gethostbyname = gethostbyname
    socket.gethostbyname_ex = lambda host: (host, [], [gethostbyname(host)])
    socket.socket.connect = connecting


def _as_found(address, port):
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))


def _is_number(host):
    """Whether a host is an address, in whichever of the spellings that systems take."""
    with suppress(ValueError):
        return bool(ipaddress.ip_address(host.partition("%")[0]))
    return bool(re.fullmatch(r"(0x[0-9a-f]+|\d+)(\.(0x[0-9a-f]+|\d+))*", host, re.IGNORECASE))


# What is asked inside the serving process.


def attempted(app):
    """Where something has tried to connect to, since it was asked last."""
    found = attempts[:]
    attempts.clear()
    return found


def beat(app):
    """From now on, note the longest pause of the event loop and, beside it, of a thread."""
    beats.update(loop=0.0, thread=0.0, beating=True)
    beats["task"] = asyncio.get_running_loop().create_task(_beat())
    beats["stop"] = threading.Event()
    threading.Thread(target=_beat_beside, args=(beats["stop"],), daemon=True).start()
    return True


def pauses(app):
    """Those pauses, in seconds."""
    beats["task"].cancel()
    beats["stop"].set()
    return {name: beats[name] for name in ("loop", "thread")}


async def _beat():
    last = time.perf_counter()
    while True:
        await asyncio.sleep(0.005)
        now = time.perf_counter()
        beats["loop"], last = max(beats["loop"], now - last), now


def _beat_beside(stop):
    last = time.perf_counter()
    while not stop.wait(0.005):
        now = time.perf_counter()
        beats["thread"], last = max(beats["thread"], now - last), now


def forget_peak(app):
    """From now on, count anew how much memory this process has at most; how much it has now."""
    with suppress(OSError):  # Linux alone can forget
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _peak()


def peak(app):
    return _peak()


def _peak():
    """Bytes of memory that this process has had at most."""
    import resource
    import sys

    with suppress(OSError):
        [found] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
        return int(found) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
