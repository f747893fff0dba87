"""What every test may rely on, and the PostgreSQL server that some tests run on.

The server is never left out unless someone says so.
"""

import os
import signal

import pytest

from checker.judge.databases.server import VARIABLE

from .postgresql import WITHOUT, cluster, programs


def pytest_configure():
    """Ctrl-C reaches what the tests start, also in the background of a shell that ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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
