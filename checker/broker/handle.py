"""The handle on the process that runs an embedded broker or reaches another."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]
_USUAL = 60.0
_PATIENCE = {"open": 300.0, "up": 200.0}
"""Seconds for an answer, on a machine that is very busy: longer where Java may have to start."""
_GOODBYE = 5.0
"""Seconds for it to clean up and end."""


def packages() -> Path:
    """Where librdkafka is, with the package that brings it."""
    return Path(str(distribution("confluent-kafka").locate_file("")))


class BrokerError(RuntimeError):
    """The broker, or its process, did not do what it was asked."""


class BrokerProcess:
    """A process for one broker after the other, until `close`. It ends with its owner, however
    that comes about, and first removes what it has made on a broker of others."""

    def __init__(self) -> None:
        argv = (sys.executable, "-I", "-S", "-X", "utf8")
        self._process = subprocess.Popen(
            (*argv, str(Path(__file__).with_name("process.py")), str(packages()), str(_ROOT)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # who kills its owner's group leaves it time to clean up
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, do: str, **arguments: Any) -> Any:
        """Have it do something, a method of `process.Service`. Raises BrokerError."""
        patience = _PATIENCE.get(do, _USUAL) + arguments.get("seconds", 0)
        assert self._process.stdin
        request = json.dumps({"do": do, **arguments}).encode() + b"\n"
        try:
            while request:
                request = request[self._process.stdin.write(request) :]
            reply = json.loads(self._line(patience))
        except OSError as error:
            raise BrokerError(f"the broker's process is gone: {error}") from error
        if "error" in reply:
            raise BrokerError(reply["error"])
        return reply["value"]

    def _line(self, seconds: float) -> bytes:
        """What it answers, which comes within that time."""
        stdout = self._process.stdout
        assert stdout
        until = time.monotonic() + seconds
        found = b""
        while not found.endswith(b"\n"):
            if not select.select([stdout], [], [], max(0.0, until - time.monotonic()))[0]:
                raise BrokerError(f"the broker's process gave no answer within {seconds:g} s")
            some = os.read(stdout.fileno(), 1 << 20)
            if not some:
                raise BrokerError(f"the broker's process ended with {self._process.wait()}")
            found += some
        return found

    def freeze(self) -> None:
        """Stop the broker where it is: connections stay, and nobody answers."""
        if self.ask("freeze"):
            return
        self.ask("die_with_parent", on=True)
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def thaw(self) -> None:
        """Let it go on, if it was stopped."""
        self._process.send_signal(signal.SIGCONT)
        self.ask("die_with_parent", on=False)
        self.ask("thaw")

    def close(self) -> None:
        process = self._process
        assert process.stdin and process.stdout
        with contextlib.suppress(OSError):
            process.stdin.close()
        process.send_signal(signal.SIGCONT)
        try:
            process.wait(_GOODBYE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
