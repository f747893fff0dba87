"""What every test may rely on, and the servers that some tests run on.

PostgreSQL is never left out unless someone says so; Apache Kafka is where it cannot be started, and
the head of the run says why.
"""

import os
import re
import signal

import pytest

from checker.judge.databases.server import VARIABLE
from checker.judge.session.grader import cores

from . import kafka
from .postgresql import WITHOUT, cluster, programs

LONG = re.compile(r"(lessons|notebooks)/test_.*\[\D*(08|1[2-7])")


def pytest_configure():
    """Signals reach what the tests start, also in the background or under nohup.

    What we ignore, our children would ignore; what we handle, they have as it is by default.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN or "PYTEST_XDIST_WORKER" in os.environ:
        signal.signal(signal.SIGHUP, lambda *_: None)  # we ourselves go on


def pytest_xdist_auto_num_workers():
    """One more than processors: a grading waits for servers that start and stop."""
    return cores() + 1


def pytest_report_header():
    server = programs() or "missing"
    if os.environ.get(WITHOUT):
        server = f"left out, since {WITHOUT} is set"
    why = kafka.missing()
    return [
        f"postgresql: {server}",
        f"apache kafka: {f'tests left out. {why}' if why else 'it can be started'}",
    ]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Gradings and notebooks of late lessons take minutes: they begin, so that none is the last."""
    items.sort(key=lambda item: LONG.search(item.nodeid) is None)
    markers = ["postgresql"] if os.environ.get(WITHOUT) else []
    if any(item.get_closest_marker("apache") for item in items) and kafka.missing():
        markers.append("apache")
    if markers:
        left_out = [item for item in items if any(map(item.get_closest_marker, markers))]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def postgresql():
    """A running server, started by the first test that asks for it."""
    with cluster() as started:
        yield started


@pytest.fixture
def on_postgresql(postgresql, monkeypatch):
    """Gradings use the server, and leave nothing on it."""
    monkeypatch.setenv(VARIABLE, postgresql.url())
    yield postgresql
    assert postgresql.databases() == set()
