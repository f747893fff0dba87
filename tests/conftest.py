"""What every test may rely on, and the PostgreSQL server that some tests run on.

The server is never left out unless someone says so.
"""

import os
import signal

import pytest

from checker.judge.databases.server import VARIABLE

from .postgresql import WITHOUT, cluster, programs


def pytest_configure():
    """Signals reach what the tests start, also in the background or under nohup.

    What we ignore, our children would ignore; what we handle, they have as it is by default.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN or "PYTEST_XDIST_WORKER" in os.environ:
        signal.signal(signal.SIGHUP, lambda *_: None)  # we ourselves go on


def pytest_report_header():
    if os.environ.get(WITHOUT):
        return f"postgresql: left out, since {WITHOUT} is set"
    return f"postgresql: {programs() or 'missing'}"


def pytest_collection_modifyitems(config, items):
    if os.environ.get(WITHOUT):
        left_out = [item for item in items if item.get_closest_marker("postgresql")]
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
