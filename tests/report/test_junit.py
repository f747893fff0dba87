"""The report as JUnit XML, for build servers."""

from xml.etree import ElementTree as ET

from checker.report import Outcome
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
    assert failure.text == "Wanted: Green.\nWhy: Because.\nRead: Here"


def test_characters_that_xml_forbids_are_replaced():
    hostile = "\x00\x1b[31m\ud800\uffff <&>"
    report = make_report(make_check("01.repr", Outcome.FAILED, seen=hostile))
    message = ET.fromstring(to_junit([report]).encode())[0][0].find("failure").get("message")
    assert message.endswith("<&>")
    assert "\x1b" not in message
