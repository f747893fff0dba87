"""A level of isolation says what it grants, and the rest of the code knows no more than that."""

import os
import re
import resource
import signal
from pathlib import Path

import pytest

from checker.subject import Subject, Value, isolate, levels, obstacle, reached
from checker.subject.isolation import FILE_SIZE, MEMORY, OPEN_FILES, Network
from checker.subject.levels import LEVELS
from checker.subject.process import Process

from .conftest import SAMPLE


@pytest.fixture(params=["fork", "fresh"])
def isolation(request, monkeypatch):
    if request.param == "fresh":
        monkeypatch.setenv("CHECKER_NO_FORK", "1")
    with isolate() as isolation:
        yield isolation


def probe(subject, name, **args):
    where = {"root": SAMPLE, "env": {}, "deadline": 20.0}
    return subject.probe(SAMPLE / "probes.py", name, args, **where)


def test_a_level_is_chosen_by_the_name_that_reports_give_it():
    assert {name: level.name for name, level in LEVELS.items()} == {
        "namespaces": "namespaces",
        "limited": "limited",
        "process": "process",
    }
    with pytest.raises(KeyError):
        isolate(level="none")


def test_what_processes_are_granted(isolation, tmp_path):
    grants = isolation.grants(tmp_path)
    assert (grants.home, grants.tmp, grants.output) == (tmp_path, tmp_path, tmp_path)
    assert grants.network is Network.SHARED
    assert (grants.memory, grants.file_size, grants.open_files) == (MEMORY, FILE_SIZE, OPEN_FILES)
    assert grants.limits(10.0).cpu_seconds == 70


def test_a_child_has_what_is_granted(isolation, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    with Subject(isolation=isolation, home=home) as subject:
        seen = probe(subject, "here").value["env"]
        assert (seen["HOME"], seen["TMPDIR"]) == (str(home), str(home))
        limits = probe(subject, "limits", names=["RLIMIT_FSIZE", "RLIMIT_NOFILE"]).value
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    assert limits == [FILE_SIZE, files]


def test_two_subjects_share_a_level_and_no_host(isolation):
    with Subject(isolation=isolation) as one, Subject(isolation=isolation) as other:
        assert probe(one, "parent").value != probe(other, "parent").value
        one.close()
        assert probe(other, "echo", value=1) == Value(1)


def test_closing_a_subject_leaves_the_level_to_its_owner(isolation):
    with Subject(isolation=isolation):
        pass
    with Subject(isolation=isolation) as subject:
        assert probe(subject, "echo", value=1) == Value(1)


def test_a_level_whose_server_was_killed_is_revived():
    with Process() as isolation:
        [before] = isolation.processes
        os.kill(before, signal.SIGKILL)
        os.waitid(os.P_PID, before, os.WEXITED | os.WNOWAIT)
        isolation.revive()
        [after] = isolation.processes
        assert before != after
        with Subject(isolation=isolation) as subject:
            assert probe(subject, "echo", value=1) == Value(1)


def test_the_rest_of_the_code_knows_no_level():
    """The modules that name one: the one that chooses, and that which says what its forks do."""
    root = Path(__file__).parents[2] / "checker"
    naming = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search("import (Limited|Namespaces|Process)\\b|import .*namespaces", path.read_text())
    }
    assert naming == {"subject/levels.py", "subject/__main__.py"}


def test_only_what_has_been_tried_is_said_to_be_safe():
    assert obstacle("process") == ""
    found = reached()
    assert found in levels()
    assert found.is_safe is (obstacle("namespaces") == "")
    assert all(level.words.endswith(".") for level in levels())
