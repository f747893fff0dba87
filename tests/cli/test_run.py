"""`checker run`: the learner's own app, on the learner's own database."""

import contextlib
import os
import re
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path

import httpx
import pexpect
import pytest

from checker.cli import attended, serving
from checker.cli.serving import Address
from checker.curriculum import load_curriculum
from checker.curriculum.composition import solved, write
from checker.errors import UserError

from .conftest import COMMAND
from .test_endings import _children
from .test_no_color import coloured

SERVED = Path(__file__).parent / "served"
READY = "Application startup complete."


@pytest.fixture
def project(here):
    """A small app without a database."""
    shutil.copytree(SERVED, here / "served", ignore=shutil.ignore_patterns("__pycache__"))
    return here / "served"


@pytest.fixture
def posts(here, monkeypatch):
    """The reference at lesson 07: an app with migrations."""
    monkeypatch.delenv("CHECKER_CURRICULUM")
    curriculum = load_curriculum()
    write(solved(curriculum, curriculum.lesson("07")), here / "posts")
    return here / "posts"


@pytest.fixture
def serve(process, port):
    """Start `checker run` in a process of its own, and end it with all that it started."""
    with contextlib.ExitStack() as stack:

        def serve(*args):
            running = process("run", "--port", port, *args, stderr=subprocess.STDOUT)
            stack.callback(_ended, running)
            return running

        yield serve


def _ended(running):
    children = _children(running.pid)
    running.kill()
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    running.wait()
    running.stdout.close()


def get(url):
    """The answer, once there is one: uvicorn says that the app is ready, and then listens."""
    with httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=60) as client:
        return client.get(url)


def until(running, text):
    """What is printed up to the line that holds the text."""
    said = []
    for line in running.stdout:
        said.append(line)
        if text in line:
            return said
    raise AssertionError(f"ended without {text!r}: {''.join(said)}")


@contextlib.contextmanager
def saved(file, text):
    """Save the file, and again until it is noticed: uvicorn starts the app first, then watches."""
    noticed = threading.Event()

    def save():
        patience = 1
        while not noticed.is_set():
            file.write_text(text)
            noticed.wait(patience)
            patience *= 2

    saving = threading.Thread(target=save)
    saving.start()
    try:
        yield
    finally:
        noticed.set()
        saving.join()


def stop(running, number=signal.SIGINT):
    """Send the signal to the command alone. Gives the exit code, what it said, and who is left."""
    children = _children(running.pid)
    assert children
    running.send_signal(number)
    said, _ = running.communicate()
    return running.returncode, said, [child for child in children if not gone(child)]


def gone(pid):
    """Whether a process has ended, or does now: one that is killed takes a moment to die."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ended, _, _ = select.select([watched], [], [], 10)
    os.close(watched)
    return bool(ended)


def test_serves_the_app_on_its_own_migrated_database(serve, posts, port):
    running = serve("--path", "posts")

    said = until(running, READY)
    url = f"http://127.0.0.1:{port}"
    assert said[:2] == [
        "Applying your migrations: alembic upgrade head\n",
        f"Your app is at {url}, to try out at {url}/docs (Ctrl-C ends it)\n",
    ]
    assert get(f"{url}/api/v1/posts").json()["items"] == []
    assert get(f"{url}/docs").status_code == 200
    assert (posts / "posts.db").is_file()

    code, said, left = stop(running)
    assert (code, left) == (0, [])
    assert "Application shutdown complete." in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_the_database_is_the_one_that_the_learner_set(serve, posts, port):
    (posts / ".env").write_text("DATABASE_URL=sqlite+aiosqlite:///./mine.db\n")
    running = serve("--path", "posts")
    until(running, READY)

    answer = get(f"http://127.0.0.1:{port}/api/v1/posts")

    assert answer.status_code == 200
    assert (posts / "mine.db").is_file()
    assert not (posts / "posts.db").exists()


@pytest.mark.slow
def test_the_workspace_is_found_from_within(serve, posts, here, run, monkeypatch):
    assert run("start", "07", "--path", "posts").code == 0
    monkeypatch.chdir(posts / "app")

    until(serve(), READY)

    assert (posts / "posts.db").is_file()


def test_a_save_is_served(serve, project, port):
    running = serve("--path", "served")
    until(running, READY)
    assert get(f"http://127.0.0.1:{port}/word").json() == "first"

    main = project / "app/main.py"
    with saved(main, main.read_text().replace("first", "second")):
        until(running, READY)

    assert get(f"http://127.0.0.1:{port}/word").json() == "second"
    assert stop(running)[::2] == (0, [])


def test_an_app_that_cannot_be_imported_waits_for_a_save(serve, project, port):
    main = project / "app/main.py"
    right = main.read_text()
    main.write_text("raise RuntimeError('not yet')\n")
    running = serve("--path", "served")
    until(running, "RuntimeError: not yet")

    with saved(main, right):
        until(running, READY)

    assert get(f"http://127.0.0.1:{port}/word").json() == "first"
    assert stop(running)[::2] == (0, [])


def test_what_the_app_prints_is_shown_at_once_even_in_a_pipe(serve, project):
    main = project / "app/main.py"
    main.write_text(f"print('imported')\n{main.read_text()}")

    until(serve("--path", "served"), "imported")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_way_to_end_it_leaves_nothing(serve, project, number):
    running = serve("--path", "served")
    until(running, READY)

    assert stop(running, number)[::2] == (0, [])


def test_killed_it_leaves_no_server_either(serve, project):
    running = serve("--path", "served")
    until(running, READY)
    children = _children(running.pid)

    running.kill()

    assert children
    assert all(gone(child) for child in children)


@pytest.mark.parametrize("no_color", ["", "1"])
def test_ctrl_c_at_a_terminal(project, port, monkeypatch, no_color):
    monkeypatch.setenv("NO_COLOR", no_color)
    terminal = pexpect.spawn(
        COMMAND[0],
        [*COMMAND[1:], "run", "--path", "served", "--port", str(port)],
        encoding="utf-8",
        timeout=60,
    )
    terminal.expect_exact(READY)
    assert coloured(terminal.before) is not bool(no_color)
    children = _children(terminal.pid)

    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    terminal.close()

    assert terminal.exitstatus == 0
    assert "Traceback" not in terminal.before
    assert coloured(terminal.before) is not bool(no_color)
    assert children
    assert all(gone(child) for child in children)


def test_an_app_that_will_not_end_is_ended_by_a_second_ctrl_c(serve, project, port):
    running = serve("--path", "served")
    until(running, READY)
    get(f"http://127.0.0.1:{port}/word")
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"GET /block HTTP/1.1\r\nHost: here\r\n\r\n")
        until(running, "blocked")

        running.send_signal(signal.SIGINT)
        assert stop(running)[::2] == (0, [])


def child(code):
    return ["-c", f"import os, signal, subprocess, sys\n{code}"]


def test_what_does_not_end_in_time_is_ended_by_force(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(attended, "GRACE", 0.01)
    code = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(os.getpid(), file=open("pid", "w"))
os.kill(os.getppid(), signal.SIGINT)
while True:
    signal.pause()
"""

    assert attended.attended(child(code), tmp_path) is None
    assert "stopped by force" in capsys.readouterr().err
    assert gone(int((tmp_path / "pid").read_text()))


def test_what_a_child_leaves_behind_is_ended_with_it(tmp_path):
    code = """
other = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print(other.pid, file=open("pid", "w"))
sys.exit(5)
"""

    assert attended.attended(child(code), tmp_path) == 5
    assert gone(int((tmp_path / "pid").read_text()))


def test_output_that_somebody_holds_open_is_not_waited_for(tmp_path):
    code = """
other = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print("said")
sys.exit(5)
"""
    last = deque()

    assert attended.attended(child(code), tmp_path, last=last) == 5
    assert list(last) == ["said\n"]


def test_our_own_signal_handlers_come_back(tmp_path):
    before = signal.getsignal(signal.SIGINT)

    attended.attended(child("pass"), tmp_path)

    assert signal.getsignal(signal.SIGINT) is before


def test_the_environment_does_not_move_it_elsewhere(serve, project, port, monkeypatch):
    for name, value in {"HOST": "0.0.0.0", "PORT": "1", "UDS": "socket", "FD": "0"}.items():
        monkeypatch.setenv(f"UVICORN_{name}", value)

    said = "".join(until(serve("--path", "served"), READY))

    assert re.findall(r"running on (\S+)", said) == [f"http://127.0.0.1:{port}"]


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("127.1.2.3", "http://127.1.2.3:80"),
        ("localhost", "http://127.0.0.1:80"),
        ("LocalHost", "http://127.0.0.1:80"),
        ("::1", "http://[::1]:80"),
    ],
)
def test_addresses_of_this_machine_alone(host, url):
    assert serving.loopback(host, 80).url == url


@pytest.mark.parametrize(
    "host",
    [
        *("0.0.0.0", "::", "192.168.1.2", "8.8.8.8", "::ffff:8.8.8.8", "169.254.1.1", "fe80::1"),
        *("example.com", "localhost.example.com", "127.0.0.1.example.com", "127.0.0.1:80"),
        *("", " ", "127.1", "0177.0.0.1", "2130706433", "[::1]", "127.0.0.1/8", "\x1b[2J"),
    ],
)
def test_any_other_address_is_refused(run, project, host):
    ended = run("run", "--path", "served", "--host", host)

    assert ended.code == 2
    assert "is no address of this machine alone" in ended.err
    assert len(ended.err.splitlines()) == 2
    assert ended.out == ""
    assert "\x1b" not in ended.err


@pytest.mark.parametrize("value", ["x", "0", "-1", "65536", "80.5", ""])
def test_a_port_that_is_none(run, project, value):
    ended = run("run", "--path", "served", "--port", value)

    assert ended.code == 2
    assert "--port" in ended.err
    assert ended.err.endswith("See: checker run --help\n")


def test_a_port_in_use_is_said_before_anything_is_done(run, posts):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        ended = run("run", "--path", "posts", "--port", number)

    assert ended.code == 2
    assert ended.err == (
        f"Port {number} is in use, perhaps by another checker run.\n"
        f"End that, or take another port: checker run --port {number + 1} --path posts\n"
    )
    assert ended.out == ""
    assert not (posts / "posts.db").exists()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied"), "You may not listen on port 80."),
        (OSError(99, "Cannot assign requested address"), "127.0.0.1: Cannot assign requested"),
    ],
)
def test_an_address_that_cannot_be_had(monkeypatch, error, said):
    def refused(*_):
        raise error

    monkeypatch.setattr(serving.socket, "socket", refused)

    with pytest.raises(UserError) as caught:
        serving.refuse_taken(Address("127.0.0.1", 80))

    assert said in caught.value.sentence


def test_uvicorn_that_ends_by_itself_is_a_failure(project, capfd):
    with socket.socket() as taken:  # since it was looked at
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code = serving.serve("app.main:app", project, Address("127.0.0.1", taken.getsockname()[1]))

    assert code == 1
    assert "uvicorn ended by itself" in capfd.readouterr().err


def test_migrations_that_fail_are_said_and_nothing_starts(serve, posts):
    (posts / "alembic/versions/0009_wrong.py").write_text("raise RuntimeError('no such luck')\n")

    running = serve("--path", "posts")
    said, _ = running.communicate()

    assert running.returncode == 2
    assert said == (
        "Applying your migrations: alembic upgrade head\n"
        "Your migrations failed, and nothing was started: RuntimeError: no such luck\n"
        "To see all of it, in posts: alembic upgrade head\n"
    )


SAVED = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "later", {before!r}


def upgrade():
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("later")
"""


@pytest.mark.slow
def test_a_migration_that_is_saved_later_is_applied(serve, posts, port):
    versions = posts / "alembic/versions"
    last = re.search(r'^revision.*"(.+)"', max(versions.glob("0*.py")).read_text(), re.MULTILINE)
    running = serve("--path", "posts")
    until(running, READY)
    get(f"http://127.0.0.1:{port}/docs")

    with saved(versions / "later.py", SAVED.format(before=last[1])):
        said = until(running, READY)

    assert "Applying your migrations: alembic upgrade head\n" in said
    with contextlib.closing(sqlite3.connect(posts / "posts.db")) as database:
        assert database.execute("SELECT * FROM later").fetchall() == []


@pytest.mark.slow
def test_one_that_fails_is_said_and_waits_for_a_save(serve, posts, port):
    running = serve("--path", "posts")
    until(running, READY)

    with saved(posts / "alembic/versions/later.py", SAVED.format(before="nowhere")):
        said = until(running, "Your migrations failed, and your app waits for a save: ")

    assert "'nowhere'" in said[-1]
    with saved(posts / "alembic/versions/later.py", ""):
        until(running, "Your migrations failed")


def test_ctrl_c_while_migrations_run(serve, posts):
    (posts / "alembic/versions/0001_add_users.py").write_text(
        "import os, signal\nos.kill(os.getppid(), signal.SIGINT)\nsignal.pause()\n"
    )

    running = serve("--path", "posts")
    said, _ = running.communicate()

    assert running.returncode == 0
    assert said == (
        "Applying your migrations: alembic upgrade head\nStopped before your app was started.\n"
    )


def test_no_workspace(run):
    ended = run("run")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "There is no workspace in my-posts.\nMake one with: checker start\n"


def test_no_app_yet_names_the_lesson_that_makes_it(run, here, monkeypatch):
    monkeypatch.delenv("CHECKER_CURRICULUM")
    (here / "my-posts/.checker").mkdir(parents=True)

    ended = run("run")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "There is no app/main.py in my-posts yet, so there is no app to serve.\n"
        "Lesson 06, Routes, makes it. Go on with: checker\n"
    )


def test_no_app_and_no_lesson_that_makes_it(run, started):
    assert "Make one, with the application in it." in run("run").err


@pytest.mark.parametrize(
    ("ini", "file", "found"),
    [
        (None, "alembic/versions/0001.py", False),
        ("[alembic]\n", None, False),
        ("[alembic]\n", "alembic/versions/.gitkeep", False),
        ("[alembic]\n", "alembic/versions/0001.py", True),
        ("[alembic]\nscript_location = %(here)s/db\n", "db/versions/0001.py", True),
        ("[alembic]\nscript_location = %(here)s/db\n", "alembic/versions/0001.py", False),
        ("[alembic]\nscript_location = app:db\n", "app/db/versions/2026/0001.py", True),
        ("not an ini file", None, True),
        ("[alembic]\nscript_location = %(nothing)s\n", None, True),
    ],
)
def test_whether_there_are_migrations(tmp_path, ini, file, found):
    if ini is not None:
        (tmp_path / "alembic.ini").write_text(ini)
    if file is not None:
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_text("")

    assert bool(serving.migrations(tmp_path)) is found


TRACEBACK = 'Traceback (most recent call last):\n  File "env.py", line 1, in f\n    f()\n    ^^^\n'


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("", "it did not say why."),
        ("FAILED: Can't locate revision identified by 'abc'\n\n", "FAILED: Can't locate revision"),
        (f"{TRACEBACK}KeyError: 'x'\n", "KeyError: 'x'"),
        (f"{TRACEBACK}KeyError\n\nThe above…\n\n{TRACEBACK}app.Wrong: twice\n", "app.Wrong: twice"),
        (TRACEBACK, "Traceback (most recent call last):"),
        (
            (
                f"{TRACEBACK}x.OperationalError: no such table\n[SQL: DROP]\n"
                "(Background on this error at: https://sqlalche.me/e/20/e3q8)\n"
            ),
            "x.OperationalError: no such table",
        ),
        (
            (
                f"{TRACEBACK}ValidationError: 1 validation error for Settings\nlog_level\n"
                "  Input should be 'DEBUG'\n    For further information visit https://errors\n"
            ),
            "ValidationError: 1 validation error for Settings log_level Input should be 'DEBUG'",
        ),
        ("\x1b[31mred\x1b[0m\n", "\ufffd[31mred\ufffd[0m"),
    ],
)
def test_the_gist_of_a_failure(output, said):
    found = serving.gist(output.splitlines(keepends=True))

    assert found.startswith(said)
    assert "http" not in found
    assert "\n" not in found


def test_no_colour_is_passed_on(project, monkeypatch):
    asked = []
    monkeypatch.setattr(serving, "attended", lambda argv, *_, **__: asked.append(argv))

    for value in ("", "1"):
        monkeypatch.setenv("NO_COLOR", value)
        serving.serve("app.main:app", project, Address("127.0.0.1", 80))

    assert ["--no-use-colors" in argv for argv in asked] == [False, True]
    assert sys.executable not in asked[0]
