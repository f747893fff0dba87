"""What a check can look at, over a sample project."""

import asyncio
from pathlib import Path

import pytest

from checker.judge.evidence import Command, CommandResult, Http, Probe, Project, Source
from checker.judge.unmet import Overdue, Unmet
from checker.subject import Snapshot, Subject

SAMPLE = Path(__file__).parents[1] / "subject" / "sample"


@pytest.fixture(scope="module")
def subject():
    with Subject(["fastapi"]) as subject:
        yield subject


@pytest.fixture(scope="module")
def snapshot():
    snapshot = Snapshot(SAMPLE)
    yield snapshot
    snapshot.close()


@pytest.fixture
def project(subject, snapshot):
    return Project(subject, snapshot, {"GREETING": "hello"}, deadline=20.0)


@pytest.fixture
def http(project):
    http = Http(project, SAMPLE / "probes.py")
    yield http
    http.stop()


def test_each_check_has_a_copy_of_its_own(subject, snapshot, project):
    project.write("app/extra.py", "x = 1\n")
    other = Project(subject, snapshot, {}, 20.0)
    assert not (other.root / "app/extra.py").exists()
    assert not (SAMPLE / "app/extra.py").exists()


def test_source_is_parsed_with_the_place_of_its_parts():
    module = Source(SAMPLE).module("app/broken.py")
    assert list(module.functions) == ["fail"]
    assert module.at(module.functions["fail"]).line == 4
    assert [call.lineno for call in module.calls("LookupError")] == [5]


def test_imports_are_named_in_full():
    module = Source(SAMPLE).module("app/main.py")
    assert [name for name, _ in module.imports] == [
        "os",
        "contextlib.asynccontextmanager",
        "fastapi.APIRouter",
        "fastapi.FastAPI",
    ]


def test_a_missing_file_is_said():
    with pytest.raises(Unmet, match=r"There is no file app/absent\.py"):
        Source(SAMPLE).module("app/absent.py")


def test_a_file_that_is_no_python_names_its_line():
    with pytest.raises(Unmet, match="is not valid Python") as caught:
        Source(SAMPLE).module("app/syntax.py")
    assert caught.value.at.line == 1


def test_a_file_that_is_not_utf8_names_its_line(tmp_path):
    (tmp_path / "latin.py").write_bytes(b"# a\n# caf\xe9\n")
    with pytest.raises(Unmet, match="0xe9 in line 2"):
        Source(tmp_path).module("latin.py")


def test_a_failure_of_a_shared_probe_is_shared(project):
    memory = {}
    for _ in range(2):
        probe = Probe(project, SAMPLE / "probes.py", memory)
        with pytest.raises(Unmet, match="LookupError"):
            probe.shared("load", module="app.broken")
    assert len(memory) == 1


def test_an_overdue_probe_says_what_it_was_doing(project):
    project.deadline = 0.5
    with pytest.raises(Overdue, match=r"No answer after 0\.5 s while waiting for it"):
        Probe(project, SAMPLE / "probes.py", {})("forever", doing="waiting for it")


def test_a_command_that_must_succeed_shows_its_last_line(project):
    with pytest.raises(Unmet, match=r"`json.tool absent` ended with status \d+: .*absent"):
        Command(project).must("json.tool", "absent")


def test_a_last_line_is_the_error_and_not_the_statement_that_follows_it():
    output = (
        "OperationalError: table users already exists\n"
        "[SQL: \nCREATE TABLE users (\n\tid INTEGER\n)\n\n]\n"
        "(Background on this error at: https://sqlalche.me/e/21/e3q8)\n"
    )
    outcome = CommandResult(("alembic", "upgrade", "head"), 1, output)
    assert outcome.last_line == "OperationalError: table users already exists"


def test_the_app_is_served_with_the_checks_environment(http):
    assert http.get("/").json() == {"greeting": "hello"}


def test_a_probe_can_prepare_the_servers_process(http):
    http.start(setup="before_serving")
    assert http.get("/").json() == {"greeting": "set up"}


def test_a_probe_can_look_inside_the_server(http):
    assert http.inside("counted", add=2) == 2
    assert http.inside("counted", add=3) == 5


def test_requests_can_be_sent_together_from_within_a_running_loop(http):
    async def in_a_notebook():
        return http.together([("GET", "/", {})] * 2)

    assert [answer.status_code for answer in asyncio.run(in_a_notebook())] == [200, 200]


def test_requests_can_be_sent_together(http):
    responses = http.together([("GET", "/", {})] * 5)
    assert [response.status_code for response in responses] == [200] * 5


@pytest.mark.parametrize(
    "asked",
    [lambda http: http.inside("counted", add=1), lambda http: http.together([("GET", "/", {})])],
)
def test_a_request_is_told_to_be_repeated_unless_more_was_asked_since(http, project, asked):
    http.get("/?this")
    assert project.request.url.query == b"this"
    asked(http)
    assert project.request is None


def test_a_stopped_server_gives_its_output(http):
    http.get("/")
    assert "stopping" in http.stop().printed


def test_an_app_that_does_not_start_says_why(http):
    with pytest.raises(Unmet, match=r"LookupError while starting app\.broken:app") as caught:
        http.start("app.broken:app")
    assert caught.value.at.file == "app/broken.py"
