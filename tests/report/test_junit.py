"""The report as JUnit XML, for build servers."""

from xml.etree import ElementTree as ET

import pytest

from checker.report import Location, Outcome
from checker.report.junit import to_junit

from .conftest import make_check, make_report


def test_it_counts_each_kind_of_outcome(mixed, passed):
    own_fault = make_report(make_check("01.repr", Outcome.ERROR, seen="KeyError"))
    root = ET.fromstring(to_junit([mixed, passed, own_fault]))
    counts = [
        {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
        for suite in (root, *root)
    ]
    assert counts == [
        {"tests": 8, "failures": 2, "errors": 1, "skipped": 2},
        {"tests": 5, "failures": 2, "errors": 0, "skipped": 2},
        {"tests": 2, "failures": 0, "errors": 0, "skipped": 0},
        {"tests": 1, "failures": 0, "errors": 1, "skipped": 0},
    ]


def test_a_failure_has_its_parts_and_its_place(mixed):
    case = ET.fromstring(to_junit([mixed]))[0][1]
    assert (case.get("file"), case.get("line")) == ("app/models/user.py", "12")
    failure = case.find("failure")
    assert failure.get("message") == "It is red."
    assert (
        failure.text
        == "Guideline: model.async-model, E45\nWanted: Green.\nWhy: Because.\nRead: Here"
    )


def test_characters_that_xml_forbids_are_replaced():
    hostile = "\x00\x1b[31m\ud800\uffff <&>"
    told = {"seen": hostile, "wanted": hostile, "why": hostile}
    report = make_report(make_check("01.repr", Outcome.FAILED, **told))
    failure = ET.fromstring(to_junit([report]).encode())[0][0].find("failure")
    for text in (failure.get("message"), *failure.text.splitlines()[1:3]):
        assert text.endswith("<&>")
        assert not set(text) & set("\x00\x1b\ud800\uffff")


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.TIMED_OUT, Outcome.ERROR])
def test_each_control_character_is_survived(outcome):
    every = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xDFFF)))
    told = {"title": every, "seen": f"{every}.", "wanted": every, "why": every}
    case = ET.fromstring(to_junit([make_report(make_check("01.repr", outcome, **told))]))[0][0]
    assert case[0].get("message").endswith("�.")
    assert case.get("name").startswith("01.repr �")


def test_a_flood_is_cut():
    report = make_report(make_check("01.repr", Outcome.FAILED, seen="x" * 100_000))
    assert len(to_junit([report])) < 5_000


def test_times_are_in_seconds(passed):
    check = make_check("01.repr", duration_ms=12)
    suite = ET.fromstring(to_junit([make_report(check)]))[0]
    assert (suite.get("time"), suite[0].get("time")) == ("1.234", "0.012")


def test_each_lesson_is_a_suite(passed):
    other = passed.model_copy(update={"lesson": "00-settings"})
    suites = ET.fromstring(to_junit([other, passed]))
    assert [suite.get("name") for suite in suites] == ["00-settings", "01-models"]


def test_a_hostile_file_name_breaks_nothing():
    place = Location(file="a\x1b\x00.py", line=1)
    report = make_report(make_check("01.repr", Outcome.FAILED, location=place))
    assert ET.fromstring(to_junit([report]))[0][0].get("file") == "a��.py"


def test_a_blocked_check_names_its_cause(mixed):
    case = ET.fromstring(to_junit([mixed]))[0][2]
    assert case.find("skipped").get("message") == "blocked by 01.tables"


def test_a_passed_check_is_an_empty_case(passed):
    case = ET.fromstring(to_junit([passed]))[0][0]
    assert (list(case), case.get("classname")) == ([], "01-models")


def test_any_pipe_carries_it():
    text = to_junit([make_report(make_check("01.repr", Outcome.FAILED, seen="wörd ✓"))])
    assert text.isascii()
    assert ET.fromstring(text)[0][0].find("failure").get("message") == "wörd ✓"


def test_a_check_that_is_not_graded_is_skipped_and_says_why():
    check = make_check("01.repr", Outcome.NOT_GRADED, note="Not graded here: no moon.")
    suite = ET.fromstring(to_junit([make_report(make_check("01.importable"), check)]))[0]
    assert suite.get("skipped") == "1"
    assert suite[1].find("skipped").get("message") == "Not graded here: no moon."
