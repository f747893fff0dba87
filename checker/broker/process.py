"""The process that runs an embedded broker, or reaches another: asked and answering in JSON lines.

It is started by its file's name, by an interpreter that has neither site-packages nor this package
at hand: what it needs of both is found from its arguments. It ends when nobody is left to ask.
"""

import json
import os
import select
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.broker.apache import Apache
    from checker.broker.client import Client
    from checker.broker.cluster import Cluster

_REST = 1.0
"""Seconds after which it looks whether its parent is still there."""


class Service:
    """Does what is asked for, one thing after the other. Every public method can be asked for."""

    def __init__(self, packages: Path) -> None:
        self._packages = packages
        self._library: Any = None
        self._cluster: Cluster | None = None
        self._apache: Apache | None = None
        self._client: Client | None = None
        self._address = ""
        self._prefix = ""
        self._importing: threading.Thread | None = None

    def open(self, kind: str = "embedded", address: str = "", prefix: str = "") -> str:
        """Have a broker, with nothing in it that has this prefix: its address."""
        self.close()
        if kind == "apache":
            from checker.broker.apache import Apache

            if self._apache is None:
                self._apache = Apache()
            elif not self._apache.is_running:
                self._apache.start()
            self._address, self._prefix = f"127.0.0.1:{self._apache.port}", prefix
            self.client.answers()
        elif kind == "embedded":
            from checker.broker.cluster import Cluster, Library

            self._library = self._library or Library(self._packages)
            self._cluster = Cluster(self._library)
            self._address = f"127.0.0.1:{self._cluster.port}"
        else:
            self._address, self._prefix = address, prefix
            self.client.answers()
        return self._address

    def close(self) -> None:
        """Let the broker go, and remove what was made on one that goes on."""
        if self._apache is not None:
            self._apache.thaw()
        if self._prefix and (self._apache is None or self._apache.is_running):
            self.client.remove(self._prefix)
        if self._client is not None:
            self._client.close()
        if self._cluster is not None:
            self._cluster.close()
        self._client = self._cluster = None
        self._address = self._prefix = ""

    def end(self) -> None:
        """Let everything go, before the process ends."""
        try:
            self.close()
        finally:
            if self._apache is not None:
                self._apache.close()

    def answers(self) -> None:
        """Wait for the broker, after it was away: what the client has heard meanwhile is not so."""
        if self._client is not None:
            self._client.close()
            self._client = None
        self.client.answers()

    def topics(self) -> list[str]:
        return self.client.topics()

    def create(self, topic: str, partitions: int) -> None:
        if self._cluster is not None:  # it has no admin's requests
            self._cluster.create(topic, partitions)
        else:
            self.client.create(topic, partitions)

    def send(self, **asked: Any) -> list[dict[str, Any]]:
        if self._cluster is None:
            return self.client.send(**asked)
        with self._cluster.untracked():  # what the judge sends is nothing that the submission asks
            return self.client.send(**asked)

    def messages(self, **asked: Any) -> list[dict[str, Any]]:
        return self.client.messages(**asked)

    def ends(self, topic: str) -> dict[str, int]:
        return self.client.ends(topic)

    def committed(self, group: str, topic: str) -> dict[str, int | None]:
        return self.client.committed(group, topic)

    def down(self) -> None:
        if self._apache is not None:
            self._apache.kill()
        else:
            self._embedded.down()

    def up(self) -> None:
        if self._apache is None:
            self._embedded.up()
        elif not self._apache.is_running:
            self._apache.start()

    def freeze(self) -> bool:
        """Have an Apache Kafka answer nobody: whether there is one."""
        if self._apache is None:
            return False
        self._apache.freeze()
        return True

    def thaw(self) -> None:
        if self._apache is not None:
            self._apache.thaw()

    def slow(self, milliseconds: int) -> None:
        self._embedded.slow(milliseconds)

    def refuse(self, kind: int, error: str, times: int) -> None:
        from confluent_kafka import KafkaError

        code = getattr(KafkaError, "_TRANSPORT" if error == "DISCONNECT" else error)
        self._embedded.refuse(kind, [code] * times)

    def requests(self) -> list[tuple[int, int]]:
        return self._embedded.requests()

    def die_with_parent(self, *, on: bool) -> None:
        """Have the system end this process with its parent, also while it is stopped (on Linux)."""
        if sys.platform == "linux":
            import ctypes
            import signal

            set_pdeathsig = 1
            ctypes.CDLL(None).prctl(set_pdeathsig, signal.SIGKILL if on else 0)

    def import_ahead(self) -> None:
        """Import the client, which takes its time, while nobody waits for it."""
        if self._importing is None:
            self._importing = threading.Thread(target=_import_client, daemon=True)
            self._importing.start()

    @property
    def client(self) -> "Client":
        if self._client is None:
            from checker.broker.client import Client

            self._client = Client(self._address)
        return self._client

    @property
    def _embedded(self) -> "Cluster":
        if self._cluster is None:
            raise RuntimeError("only an embedded broker can do that")
        return self._cluster


def answer(service: Service, line: bytes) -> dict[str, Any]:
    request = json.loads(line)
    name = request.pop("do")
    try:
        return {"value": getattr(service, name)(**request)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def lines() -> Iterator[bytes]:
    """What is asked on standard input, until that ends or the parent is gone."""
    parent = os.getppid()
    unread = b""
    while os.getppid() == parent:
        if not select.select([0], [], [], _REST)[0]:
            continue
        data = os.read(0, 1 << 20)
        if not data:
            return
        *whole, unread = (unread + data).split(b"\n")
        yield from whole


def main(packages: Path) -> None:
    service = Service(packages)
    for line in lines():
        reply = json.dumps(answer(service, line)).encode() + b"\n"
        while reply:
            reply = reply[os.write(1, reply) :]
        service.import_ahead()
    service.end()


def _import_client() -> None:
    import checker.broker.client  # noqa: F401


if __name__ == "__main__":
    sys.path[:0] = sys.argv[1:]
    try:
        main(Path(sys.argv[1]))
    finally:
        os._exit(0)  # threads of librdkafka's are not waited for
