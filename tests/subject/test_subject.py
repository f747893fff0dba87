"""The subject answers with observations, whatever the code that it runs does."""

import contextlib
import os
import select
import signal
import time
from pathlib import Path

import pytest

from checker.subject import Died, Raised, Subject, TimedOut, Value

from .conftest import SAMPLE


def test_a_probe_answers_in_json(ask):
    assert ask("echo", value={"a": [1, None, "é"]}).value == {"a": [1, None, "é"]}


def test_an_async_probe_is_awaited(ask):
    assert ask("later").value == "awaited"


def test_a_child_runs_in_the_project_with_a_clean_environment(ask, monkeypatch):
    monkeypatch.setenv("A_SECRET", "of the judge")
    seen = ask("here", env={"DATABASE_URL": "somewhere"}).value
    assert seen["cwd"] == seen["path"] == str(SAMPLE)
    assert seen["env"]["DATABASE_URL"] == "somewhere"
    assert "A_SECRET" not in seen["env"]


def test_an_exception_names_the_innermost_line_of_the_project(ask):
    answer = ask("load", module="app.broken")
    assert isinstance(answer, Raised)
    assert (answer.type, answer.message) == ("LookupError", "nothing here")
    assert (answer.file, answer.line) == ("app/broken.py", 5)


def test_a_syntax_error_names_its_line(ask):
    answer = ask("load", module="app.syntax")
    assert isinstance(answer, Raised)
    assert (answer.type, answer.file, answer.line) == ("SyntaxError", "app/syntax.py", 1)


def test_sys_exit_at_import_is_an_exception(ask):
    answer = ask("load", module="app.exits")
    assert isinstance(answer, Raised)
    assert (answer.type, answer.message, answer.line) == ("SystemExit", "bye", 3)


@pytest.mark.parametrize("status", [0, 7])
def test_a_process_that_ends_gives_no_value(ask, status):
    answer = ask("leave", status=status)
    assert isinstance(answer, Died)
    assert answer.status == status


def test_an_endless_loop_is_stopped_at_its_deadline(ask):
    answer = ask("forever", deadline=1.0)
    assert isinstance(answer, TimedOut)
    assert answer.seconds == 1.0


def test_only_the_end_of_the_output_comes_back(ask):
    answer = ask("loud", size=1_000_000)
    assert answer.printed.endswith("the end\n")
    assert len(answer.printed) <= 16_000


def test_an_answer_that_is_no_json_is_an_exception(ask):
    assert "no plain JSON" in ask("unserialisable").message


def test_an_answer_that_is_too_long_is_an_exception(ask):
    assert "too long" in ask("huge").message


def test_memory_is_limited(ask):
    assert ask("hoard").type == "MemoryError"


def test_nothing_that_a_child_started_outlives_it(ask):
    pid = ask("orphan").value
    for _ in range(200):
        if not _alive(pid):
            break
        time.sleep(0.01)
    assert not _alive(pid)


def test_a_forged_answer_is_never_a_well_formed_value(ask):
    assert not isinstance(ask("forge"), Value)


def test_a_killed_host_is_started_anew(ask):
    assert isinstance(ask("kill_parent", deadline=3.0), Died)
    assert ask("echo", value=1).value == 1


def test_a_command_gives_its_status_and_output(subject):
    answer = subject.command(["json.tool", "--help"], root=SAMPLE, env={}, deadline=20)
    assert answer.value == 0
    assert "usage" in answer.printed
    answer = subject.command(["json.tool", "absent"], root=SAMPLE, env={}, deadline=20)
    assert answer.value != 0


def test_a_server_serves_and_stops_in_its_own_time(subject, tmp_path):
    import httpx

    sockets = (tmp_path / "http", tmp_path / "side")
    answer = subject.serve("app.main:app", sockets=sockets, root=SAMPLE, env={}, deadline=30)
    assert isinstance(answer, Value)
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(sockets[0]))) as client:
        assert client.get("http://test/").json() == {"greeting": "plain"}
    stopped = subject.stop(answer.value)
    assert stopped.status == -signal.SIGTERM  # uvicorn passes the signal on when it is done
    assert "stopping" in stopped.printed


def test_a_server_can_be_stopped_at_once(subject, tmp_path):
    sockets = (tmp_path / "http", tmp_path / "side")
    answer = subject.serve("app.main:app", sockets=sockets, root=SAMPLE, env={}, deadline=30)
    stopped = subject.stop(answer.value, gently=False)
    assert stopped.status == -signal.SIGKILL
    assert "stopping" not in stopped.printed
    wait_for_the_end_of(answer.value)
    subject.probe(SAMPLE / "probes.py", "echo", {"value": 1}, root=SAMPLE, env={}, deadline=20)
    assert not _alive(answer.value)


def wait_for_the_end_of(pid):
    """What is killed takes its time to give its memory back."""
    with contextlib.suppress(ProcessLookupError):
        ended = os.pidfd_open(pid)
        assert select.select([ended], [], [], 20)[0]
        os.close(ended)


def test_a_server_that_cannot_import_its_app_says_why(subject, tmp_path):
    sockets = (tmp_path / "http", tmp_path / "side")
    answer = subject.serve("app.broken:app", sockets=sockets, root=SAMPLE, env={}, deadline=30)
    assert isinstance(answer, Raised)
    assert answer.file == "app/broken.py"


def test_closing_leaves_no_process_and_no_file():
    subject = Subject()
    home = subject.grants.home
    subject.probe(SAMPLE / "probes.py", "echo", {"value": 1}, root=SAMPLE, env={}, deadline=20)
    processes = [subject._host.pid, *subject._own.processes]
    subject.close()
    assert not home.exists()
    assert not any(_alive(pid) for pid in processes)


def test_a_stopped_host_counts_as_hung_and_is_replaced(monkeypatch):
    monkeypatch.setattr("checker.subject.subject._MARGIN", 0.5)
    with Subject() as subject:
        arguments = {"root": SAMPLE, "env": {}, "deadline": 0.5}
        subject.probe(SAMPLE / "probes.py", "echo", {"value": 1}, **arguments | {"deadline": 20})
        os.kill(subject._host.pid, signal.SIGSTOP)
        assert isinstance(subject.probe(SAMPLE / "probes.py", "later", {}, **arguments), TimedOut)
        monkeypatch.setattr("checker.subject.subject._MARGIN", 15.0)
        answer = subject.probe(SAMPLE / "probes.py", "later", {}, **arguments | {"deadline": 20})
        assert answer == Value("awaited")


def _alive(pid: int) -> bool:
    """Whether a process runs: neither gone nor a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
