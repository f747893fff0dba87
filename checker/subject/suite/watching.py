"""What code does beside its tests: databases, hosts, sleeping, files."""

import asyncio
import functools
import ipaddress
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

_NUMBERED = re.compile(r"/pytest-of-[^/]+/pytest-\d+/")
"""The folder that pytest makes anew for each run, with `tmp_path` in it."""
_SKIPPED = frozenset({"__pycache__", ".pytest_cache"})


class Watch:
    """Sees what happens in this process from now on. It cannot be taken away again."""

    def __init__(self, current: Callable[[], str]) -> None:
        self.databases: set[str] = set()
        self.places: set[str] = set()
        """Files of databases, but for those in `tmp_path`: below the working folder, below
        `$TMPDIR`, or anywhere else. What another run has too, two at once would share."""
        self.hosts: dict[str, str] = {}
        """Hosts other than this one that were asked for, and by which test."""
        self.slept: dict[str, float] = defaultdict(float)
        """Seconds, by test."""
        self.open = 0
        """Connections of SQLAlchemy's pools that were opened and not closed."""
        self._current = current
        self._roots = {Path.cwd().resolve(): "", Path(tempfile.gettempdir()).resolve(): "$TMPDIR/"}
        self._files = files()
        self._listen()
        sys.addaudithook(self._audit)
        asyncio.sleep = self._counted(asyncio.sleep)

    def new_files(self) -> list[str]:
        return sorted(files() - self._files)

    def _listen(self) -> None:
        from sqlalchemy import Engine, Pool, event

        @event.listens_for(Engine, "do_connect")
        def note(_dialect: Any, _record: Any, arguments: Any, options: Any) -> None:
            name = options.get("database") or (arguments[0] if arguments else "")
            self.databases.add(str(name))
            if place := self._place(_text(name)):
                self.places.add(place)

        @event.listens_for(Pool, "connect")
        def opened(*_: Any) -> None:
            self.open += 1

        @event.listens_for(Pool, "close")
        @event.listens_for(Pool, "close_detached")
        def closed(*_: Any) -> None:
            self.open -= 1

    def _place(self, name: str) -> str:
        """Where the file of a database is; nothing for one in memory or in `tmp_path`."""
        file = name.removeprefix("file:").partition("?")[0]
        if file in ("", ":memory:") or "mode=memory" in name:
            return ""
        path = Path(file).resolve()
        if _NUMBERED.search(path.as_posix()):
            return ""
        for root, word in self._roots.items():
            if path.is_relative_to(root):
                return f"{word}{path.relative_to(root).as_posix()}"
        return path.as_posix()

    def _audit(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "time.sleep":
            self.slept[self._current()] += float(arguments[0])
        elif name in ("socket.connect", "socket.getaddrinfo"):
            host = arguments[1][0] if name == "socket.connect" else arguments[0]
            inside = name == "socket.connect" and not isinstance(arguments[1], tuple)  # a path
            if not inside and host and not _is_here(_text(host)):
                self.hosts.setdefault(_text(host), self._current())

    def _counted(self, sleep: Any) -> Any:
        @functools.wraps(sleep)
        async def counted(delay: float, result: Any = None) -> Any:
            self.slept[self._current()] += max(delay, 0)
            return await sleep(delay, result)

        return counted


def files() -> set[str]:
    """The files of the working folder, without what Python and pytest keep for themselves."""
    return {
        path.as_posix()
        for path in Path().rglob("*")
        if path.is_file() and not _SKIPPED.intersection(path.parts)
    }


def _text(name: Any) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else str(name)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"
