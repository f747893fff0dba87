"""`checker certificate`."""

import hashlib
import json
import re
from xml.etree import ElementTree as ET

import pytest


@pytest.fixture
def finished(run, passed, solve):
    """A workspace in which every lesson is passed."""
    for lesson in ("01-farewell", "02-manners"):
        run("start")
        solve(passed, lesson)
        assert run("check").code == 0
    return passed


def test_before_the_end_it_says_what_is_left(run, passed, here):
    ended = run("certificate")

    assert ended.code == 2
    assert "lessons 01, 02 are left." in ended.err
    assert not list(here.glob("certificate*"))


def test_it_says_what_was_passed_when_by_whom_and_of_which_files(run, finished, here):
    ended = run("certificate", "--name", "Ada <Lovelace> & Co")
    assert ended.code == 0, ended.err

    svg = ET.fromstring((here / "certificate.svg").read_text())
    told = " ".join(svg.itertext())
    day = json.loads((finished / ".checker/progress.json").read_text())["lessons"]["02-manners"]
    assert "Ada <Lovelace> & Co" in told
    assert "All 3 lessons" in told
    assert day["passed"][:10] in told
    page = (here / "certificate.html").read_text()
    assert "Ada &lt;Lovelace&gt; &amp; Co" in page
    for title in ("00 · Greeting", "01 · Farewell", "02 · Manners"):
        assert title in page
    [digest] = set(re.findall(r"\b[0-9a-f]{64}\b", page))
    assert digest in told


def test_the_digest_is_of_the_projects_files_and_of_nothing_else(run, finished, here):
    def digest():
        assert run("certificate").code == 0
        return re.findall(r"\b[0-9a-f]{64}\b", (here / "certificate.svg").read_text())[0]

    first = digest()
    (finished / "posts.db").write_bytes(b"rows")
    assert digest() == first
    (finished / "app/greeting.py").touch()
    assert digest() == first
    (finished / "app/more.py").write_text("")
    assert digest() != first
    assert first != hashlib.sha256(b"").hexdigest()


def test_without_a_name_nobody_is_named(run, finished, here):
    assert run("certificate").code == 0
    assert "passed by" not in (here / "certificate.svg").read_text()


def test_elsewhere(run, finished, here):
    assert run("certificate", "--to", "nowhere").code == 2
    (here / "wall").mkdir()
    assert run("certificate", "--to", "wall").code == 0
    assert sorted(p.name for p in (here / "wall").iterdir()) == [
        "certificate.html",
        "certificate.svg",
    ]
