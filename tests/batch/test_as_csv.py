"""The table is safe in a spreadsheet, and reads back as what it was."""

import csv
import io

import pytest

from checker.batch import Row, Status, to_csv


def cells(row):
    header, line = list(csv.reader(io.StringIO(to_csv([row]))))
    return dict(zip(header, line, strict=True))


def test_a_line():
    row = Row(
        student="ann",
        lesson="00-settings",
        status=Status.FAILED,
        sentence="",
        ignored=(".git/",),
        isolation="process",
        checks_passed=2,
        checks=3,
        items_passed=1,
        items=2,
        failing=("00.a", "00.b"),
        checks_witnessed=1,
        not_witnessed=("model.docs", "model.repr"),
        reaches=("gc at app/main.py:3", "sys.settrace at app/main.py:4"),
    )

    assert to_csv([row]) == (
        "student,lesson,status,checks_passed,checks,items_passed,items,isolation,failing,"
        "checks_witnessed,not_witnessed,reaches,note,ignored\n"
        "ann,00-settings,failed,2,3,1,2,process,00.a 00.b,1,model.docs model.repr,"
        "gc at app/main.py:3; sys.settrace at app/main.py:4,,.git/\n"
    )


@pytest.mark.parametrize("name", ["Ann, B.", 'Ann "B"', "Ann\nB", "Ann;B", "Änn", "Ann 'B'"])
def test_odd_names_read_back(name):
    assert cells(Row(name, "00", Status.PASSED, "", ()))["student"] == name


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1"],
)
def test_a_name_that_would_be_a_formula_is_text(name):
    shown = cells(Row(name, "00", Status.PASSED, "", ()))["student"]

    assert shown == f"'{name}".replace("\r", "\ufffd")


def test_no_cell_is_a_formula():
    row = Row(
        *("ann", "00", Status.UNGRADABLE, "=1+1 is a symbolic link.", ("=2", "@3")),
        reaches=("=4 at a.py:1",),
    )

    assert cells(row)["note"].startswith("'=")
    assert cells(row)["reaches"].startswith("'=")
    assert cells(row)["ignored"].startswith("'=")
