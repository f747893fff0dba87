"""Whose word a check's outcome rests on follows from the evidence that it has used."""

import importlib
import inspect
import pkgutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

import pytest

from checker.curriculum import load_curriculum
from checker.judge import evidence, grade, witness
from checker.judge.databases import Databases, Refused, SqliteDatabase
from checker.judge.databases.sqlite import SqliteDatabases
from checker.judge.evidence import Definitions, Http, Probe, Project, Source
from checker.judge.evidence.definitions import PROBES
from checker.judge.witness import MARK, told, unnoted, witnessed
from checker.report import Evidence
from checker.subject import Snapshot, Subject

SAMPLE = Path(__file__).parents[1] / "subject" / "sample"
LESSON = load_curriculum(Path(__file__).parent / "sample").lesson("01")
NO_ANSWERS = {"environment", "project", "remark", "rng"}
"""Fixtures by which a check prepares something, or says something."""


@pytest.fixture(autouse=True)
def another_check():
    witness.begin()
    yield
    witness.begin()


# Every kind of evidence says whose word it is.


def fixtures():
    """The engine's fixtures of evidence: what each gives, by its name."""
    for found in pkgutil.iter_modules(evidence.__path__, f"{evidence.__name__}."):
        module = importlib.import_module(found.name)
        for name, each in vars(module).items():
            if type(each).__name__ == "FixtureFunctionDefinition" and name not in NO_ANSWERS:
                yield name, given(inspect.unwrap(each))


def given(function):
    """The class of what a fixture or method gives."""
    hints = get_type_hints(function)
    found = hints.get("return")
    return get_args(found)[0] if get_origin(found) is Iterator else found


def says_whose_word_it_is(kind):
    """Whether a class has a marked method, or gives what has one."""
    methods = [method for _, method in inspect.getmembers(kind, inspect.isfunction)]
    given_ = [inspect.unwrap(method).__annotations__.get("return") for method in methods]
    return any(hasattr(method, MARK) for method in methods) or any(
        inspect.isclass(each) and each is not kind and says_whose_word_it_is(each)
        for each in given_
    )


KINDS = dict(fixtures())


def test_the_fixtures_of_evidence_are_found():
    assert {"source", "probe", "http", "database", "broker", "command", "suite"} <= set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_every_evidence_says_whose_word_it_is(name):
    concrete = [KINDS[name], *KINDS[name].__subclasses__()]
    assert all(says_whose_word_it_is(each) for each in concrete if not inspect.isabstract(each))


class Unmarked:
    def look(self) -> str:
        return "seen"


def test_one_that_does_not_would_be_found():
    assert not says_whose_word_it_is(Unmarked)


# What is noted.


class Sample:
    @witnessed
    def seen(self):
        return "seen"

    @told
    def said(self):
        return self.seen()

    @told
    def raises(self):
        raise KeyError


def test_nothing_that_was_looked_at_is_no_evidence():
    assert witness.evidence() is None


def test_what_was_witnessed_what_was_told_and_both():
    Sample().seen()
    assert witness.evidence() is Evidence.WITNESSED
    Sample().said()
    assert witness.evidence() is Evidence.PARTLY_TOLD
    witness.begin()
    Sample().said()
    assert witness.evidence() is Evidence.TOLD


def test_a_failure_is_an_answer():
    with pytest.raises(KeyError):
        Sample().raises()
    assert witness.evidence() is Evidence.TOLD


def test_what_is_prepared_is_no_answer():
    with unnoted():
        Sample().seen()
    assert witness.evidence() is None


def test_a_thread_of_the_check_is_noted():
    thread = threading.Thread(target=Sample().seen)
    thread.start()
    thread.join()
    assert witness.evidence() is Evidence.WITNESSED


# What the evidence itself notes.


@pytest.fixture(scope="module")
def project():
    snapshot = Snapshot(SAMPLE)
    with Subject(["fastapi"]) as subject:
        yield Project(subject, snapshot, {"GREETING": "hello"}, deadline=20.0)
    snapshot.close()


def test_source_is_witnessed():
    Source(SAMPLE).named("app.main")
    assert witness.evidence() is Evidence.WITNESSED


def test_a_probe_is_told_also_where_another_check_has_asked(project):
    memory = {}
    for _ in range(2):
        Probe(project, SAMPLE / "probes.py", memory).shared("here")
        assert witness.evidence() is Evidence.TOLD
        witness.begin()


def test_a_definition_is_told_though_the_source_bears_it_out(project):
    probe = Probe(project, PROBES, {})
    Definitions(Source(SAMPLE), probe)("app.main.lifespan")
    assert witness.evidence() is Evidence.TOLD


def test_a_response_is_witnessed_and_what_is_said_inside_is_told(project):
    http = Http(project, SAMPLE / "probes.py")
    try:
        http.start()
        assert witness.evidence() is None
        http.get("/")
        assert witness.evidence() is Evidence.WITNESSED
        witness.begin()
        http.inside("counted", add=2)
        assert witness.evidence() is Evidence.TOLD
        witness.begin()
    finally:
        http.stop(gently=False)
    assert witness.evidence() is None


@pytest.fixture
def database(tmp_path):
    found = SqliteDatabase(tmp_path / "check.db")
    found.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE)")
    return found


def test_rows_are_witnessed_and_what_the_judge_stores_is_no_answer(database):
    database.insert("users", email="ada@example.com")
    assert witness.evidence() is None
    database.query("SELECT * FROM users")
    assert witness.evidence() is Evidence.WITNESSED


def test_that_a_database_refuses_is_an_answer(database):
    database.insert("users", email="ada@example.com")
    with pytest.raises(Refused):
        database.insert("users", email="ada@example.com")
    assert witness.evidence() is Evidence.WITNESSED


def test_who_makes_a_database_for_all_checks_has_seen_no_more_than_they(tmp_path):
    databases: Databases = SqliteDatabases(tmp_path, tmp_path)
    databases.filled("template", lambda _: Sample().seen())
    assert witness.evidence() is None


def test_a_check_forgets_what_the_one_before_has_looked_at():
    report = grade(LESSON, Path(__file__).parent / "sample" / "project", deadline=1.0)
    found = {each.id: each.evidence for each in report.checks}
    assert found["01.raises"] is Evidence.TOLD
    assert found["01.passes"] is found["01.own-fault"] is found["01.needs-failure"] is None
