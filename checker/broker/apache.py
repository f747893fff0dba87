"""An Apache Kafka of one node in KRaft mode, on loopback, that lives in a folder of its own."""

import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Self

import platformdirs

from checker.broker.cluster import PARTITIONS
from checker.broker.java import jars, java
from checker.ports import free_port

PATIENCE = 120.0
"""Seconds for it to listen, on a machine that is very busy."""
_GOODBYE = 20.0
_AGAIN = 0.05
_OPTIONS = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_SETTINGS = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
log.dirs={data}
num.partitions={partitions}
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
"""


class Apache:
    """One that is being started on that port, or on any; `close` ends it and removes its folder.

    Raises UserError where it cannot be started here.
    """

    def __init__(self, port: int = 0) -> None:
        self._argv = (java(), *_OPTIONS, "-cp", str(jars() / "*"))
        self.port = port or free_port()
        self.folder = _folder()
        self._process: subprocess.Popen[bytes] | None = None
        try:
            settings = self.folder / "server.properties"
            settings.write_text(
                _SETTINGS.format(
                    port=self.port,
                    controller=free_port(),
                    data=(self.folder / "data").as_posix(),
                    partitions=PARTITIONS,
                )
            )
            self._settings = str(settings)
            name = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
            named = f"--cluster-id={name}"  # which may begin with a hyphen
            tool = ("kafka.tools.StorageTool", "format", named, "-c", self._settings)
            subprocess.run((*self._argv, *tool), check=True, capture_output=True)
            self.start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it on what it has stored, and wait until it listens."""
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                (*self._argv, "kafka.Kafka", self._settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for whoever has started it
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
            )
        until = time.monotonic() + PATIENCE
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > until:
                said = (self.folder / "output").read_text(errors="replace").strip()
                raise RuntimeError(f"Apache Kafka did not start: {said[-500:]}")
            time.sleep(_AGAIN)

    def kill(self) -> None:
        """End it as a power cut would. What it has stored stays."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def close(self, *, gently: bool = False) -> None:
        """End it, in its own time or at once, and remove all that it has stored."""
        if gently and self._process is not None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_GOODBYE)
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _signal(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


def _folder() -> Path:
    """A new one, named for this process; those of processes that are gone are removed."""
    place = platformdirs.user_state_path("posts-workshop") / "kafka"
    place.mkdir(parents=True, exist_ok=True)
    for folder in place.iterdir():
        with suppress(ValueError, PermissionError):
            try:
                os.kill(int(folder.name.partition("-")[0]), 0)
            except ProcessLookupError:
                shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=place))


def _die_with_parent() -> None:
    import ctypes

    set_pdeathsig = 1
    ctypes.CDLL(None).prctl(set_pdeathsig, signal.SIGKILL)
