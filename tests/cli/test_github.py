"""`checker check --format github`."""

import pytest


@pytest.fixture
def broken(started):
    """A workspace whose third line is no Python."""
    (started / "app/greeting.py").write_text("\n\ndef hello(:\n")
    return started


def files(text):
    lines = [line for line in text.splitlines() if line.startswith("::error file=")]
    return {line.removeprefix("::error file=").partition(",title=")[0] for line in lines}


def test_only_commands_are_on_standard_output(run, started):
    ended = run("check", "--format", "github")

    assert ended.code == 1
    hello, name, summary = ended.out.splitlines()
    assert hello == (
        "::error title=hello returns a greeting::hello returns nothing. Wanted: A greeting."
        "%0AGuideline: main.py — Application entry point"
        "%0AWhy: A service that does not greet is rude."
        "%0ARead: lessons/00-greeting/README.md, “Say hello”"
    )
    assert name.startswith("::error title=hello_to returns a greeting by name::hello_to returns")
    assert summary == "::notice title=00-greeting::0 of 2 items passed. Checks: 2 failed."
    assert ended.err == ""


@pytest.mark.parametrize(
    ("folder", "file"),
    [(".", "my-posts/app/greeting.py"), ("my-posts", "app/greeting.py")],
)
def test_files_are_named_from_here(run, broken, monkeypatch, folder, file):
    monkeypatch.chdir(folder)

    assert files(run("check", "--format", "github").out) == {f"{file},line=3"}


def test_from_inside_the_project_files_are_named_in_full(run, broken, monkeypatch):
    monkeypatch.chdir(broken / "app")

    named = files(run("check", "--format", "github").out)

    assert named == {f"{broken.as_posix()}/app/greeting.py,line=3"}


def test_in_a_workflow_files_are_named_from_its_repository(run, broken, here, monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(here.parent))
    monkeypatch.chdir(broken)

    named = files(run("check", "--format", "github").out)

    assert named == {f"{here.name}/my-posts/app/greeting.py,line=3"}


def test_it_goes_to_a_file(run, started, here):
    assert run("check", "--format", "github", "--output", "annotations").out == ""
    assert (here / "annotations").read_text().startswith("::error title=")
