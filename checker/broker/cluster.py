"""librdkafka's mock cluster: one broker that speaks the Kafka protocol on a loopback port.

confluent-kafka's wheel brings the library, and exports the functions of `rdkafka_mock.h` with it,
which the Python package does not wrap. They may change with any release: a test goes through all.
"""

import ctypes
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import POINTER, byref, c_char_p, c_int, c_int16, c_int32, c_int64, c_size_t, c_void_p
from functools import cached_property
from pathlib import Path
from typing import Any

BROKER = 1
"""The id that the mock gives to its first broker."""
PARTITIONS = 4
"""How many a topic has that comes into being because somebody asks for it."""
_PRODUCER = 0

_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "conf_new": (c_void_p, ()),
    "conf_set": (c_int, (c_void_p, c_char_p, c_char_p, c_char_p, c_size_t)),
    "new": (c_void_p, (c_int, c_void_p, c_char_p, c_size_t)),
    "err2name": (c_char_p, (c_int,)),
    "mem_free": (None, (c_void_p, c_void_p)),
    "mock_cluster_new": (c_void_p, (c_void_p, c_int)),
    "mock_cluster_destroy": (None, (c_void_p,)),
    "mock_cluster_bootstraps": (c_char_p, (c_void_p,)),
    "mock_group_initial_rebalance_delay_ms": (None, (c_void_p, c_int32)),
    "mock_topic_create": (c_int, (c_void_p, c_char_p, c_int, c_int)),
    "mock_broker_set_down": (c_int, (c_void_p, c_int32)),
    "mock_broker_set_up": (c_int, (c_void_p, c_int32)),
    "mock_broker_set_rtt": (c_int, (c_void_p, c_int32, c_int)),
    "mock_broker_set_host_port": (c_int, (c_void_p, c_int32, c_char_p, c_int)),
    "mock_push_request_errors_array": (None, (c_void_p, c_int16, c_size_t, POINTER(c_int))),
    "mock_start_request_tracking": (None, (c_void_p,)),
    "mock_stop_request_tracking": (None, (c_void_p,)),
    "mock_get_requests": (POINTER(c_void_p), (c_void_p, POINTER(c_size_t))),
    "mock_request_api_key": (c_int16, (c_void_p,)),
    "mock_request_timestamp": (c_int64, (c_void_p,)),
    "mock_request_destroy": (None, (c_void_p,)),
}


class Library:
    """The functions of librdkafka that are used here, without their prefix."""

    def __init__(self, packages: Path) -> None:
        """`packages` is the folder that the wheel was installed into. Raises FileNotFoundError."""
        self._library = ctypes.CDLL(str(_shared_library(packages)))

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._library, f"rd_kafka_{name}")
        function.restype, function.argtypes = _SIGNATURES[name]
        setattr(self, name, function)
        return function

    @cached_property
    def handle(self) -> Any:
        """A client that is connected to nothing: the mock's books are kept in one."""
        reason = ctypes.create_string_buffer(500)
        conf = self.conf_new()
        self.conf_set(conf, b"log_level", b"0", reason, len(reason))
        handle = self.new(_PRODUCER, conf, reason, len(reason))
        if not handle:
            raise RuntimeError(f"librdkafka: {reason.value.decode()}")
        return handle


class Cluster:
    """One mock cluster of one broker, until `close`. Groups form without a delay.

    It listens on `port` of the loopback interface, or on any that is free. Raises OSError where
    the port is taken.
    """

    def __init__(self, library: Library, port: int = 0) -> None:
        self._library = library
        self._asked: list[tuple[int, int]] = []
        chosen = _listening(port) if port else None
        self._mock = library.mock_cluster_new(library.handle, 1)
        if not self._mock:
            raise RuntimeError("librdkafka made no mock cluster")
        library.mock_group_initial_rebalance_delay_ms(self._mock, 0)
        library.mock_start_request_tracking(self._mock)
        address: bytes = library.mock_cluster_bootstraps(self._mock)
        self.port = int(address.rpartition(b":")[2])
        if chosen is not None:
            self._move(chosen)

    def close(self) -> None:
        self._library.mock_cluster_destroy(self._mock)

    def create(self, topic: str, partitions: int) -> None:
        self._done(self._library.mock_topic_create(self._mock, topic.encode(), partitions, 1))

    def down(self) -> None:
        """Break every connection and refuse new ones. What is stored stays."""
        self._done(self._library.mock_broker_set_down(self._mock, BROKER))

    def up(self) -> None:
        self._done(self._library.mock_broker_set_up(self._mock, BROKER))

    def slow(self, milliseconds: int) -> None:
        """Answer each request after so long."""
        self._done(self._library.mock_broker_set_rtt(self._mock, BROKER, milliseconds))

    def refuse(self, kind: int, errors: Sequence[int]) -> None:
        """Answer the next requests of that kind (an ApiKey) with these errors, one each."""
        codes = (c_int * len(errors))(*errors)
        self._library.mock_push_request_errors_array(self._mock, kind, len(errors), codes)

    @contextmanager
    def untracked(self) -> Iterator[None]:
        """While this lasts, no request is written down."""
        self._asked += self._tracked()  # to stop, or to start again, forgets them
        self._library.mock_stop_request_tracking(self._mock)
        try:
            yield
        finally:
            self._library.mock_start_request_tracking(self._mock)

    def requests(self) -> list[tuple[int, int]]:
        """The ApiKey of each request so far, and when it came, in microseconds."""
        return [*self._asked, *self._tracked()]

    def _tracked(self) -> list[tuple[int, int]]:
        count = c_size_t()
        found = self._library.mock_get_requests(self._mock, byref(count))
        asked = []
        for request in found[: count.value]:
            key = self._library.mock_request_api_key(request)
            asked.append((key, self._library.mock_request_timestamp(request)))
            self._library.mock_request_destroy(request)
        self._library.mem_free(None, found)
        return asked

    def _move(self, listening: socket.socket) -> None:
        """Listen there in place of the port that the library has taken, for it lets nobody choose.

        Its own socket becomes another name for ours. `down` and `up` would undo that.
        """
        for name in os.listdir("/dev/fd"):  # noqa: PTH208 - no pathlib where it must be quick
            if _port_of(int(name)) == self.port:
                os.dup2(listening.fileno(), int(name), inheritable=False)
                self.port = listening.getsockname()[1]
                break
        else:
            raise RuntimeError("the mock cluster's socket was not found")
        listening.close()
        host = c_char_p(b"127.0.0.1")
        self._done(self._library.mock_broker_set_host_port(self._mock, BROKER, host, self.port))

    def _done(self, code: int) -> None:
        if code:
            raise RuntimeError(f"the mock cluster: {self._library.err2name(code).decode()}")


def _listening(port: int) -> socket.socket:
    found = socket.socket()
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(("127.0.0.1", port))
        found.listen(16)
        found.setblocking(False)
    except OSError:
        found.close()
        raise
    return found


def _port_of(descriptor: int) -> int | None:
    """Where that descriptor listens, if it does."""
    try:
        copy = socket.socket(fileno=os.dup(descriptor))
    except OSError:
        return None
    with copy:
        if not copy.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            return None
        name = copy.getsockname()
        return int(name[1]) if isinstance(name, tuple) else None


def _shared_library(packages: Path) -> Path:
    """The wheel's own file, wherever the platform's tools have put it."""
    patterns = {
        "linux": "confluent_kafka.libs/librdkafka*.so*",
        "darwin": "confluent_kafka/.dylibs/librdkafka*.dylib",
        "win32": "confluent_kafka.libs/librdkafka*.dll",
    }
    for found in sorted(packages.glob(patterns.get(sys.platform, patterns["linux"]))):
        return found
    raise FileNotFoundError(f"no librdkafka of confluent-kafka's in {packages}")
