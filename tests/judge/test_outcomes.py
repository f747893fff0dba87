"""Every expected check gets exactly one outcome, and says what was seen."""

from pathlib import Path

import pytest

from checker.curriculum import load_curriculum
from checker.errors import UserError
from checker.judge import grade
from checker.report import Location, Outcome, Verdict

SAMPLE = Path(__file__).parent / "sample"
LESSON = load_curriculum(SAMPLE).lesson("01")


@pytest.fixture(scope="module")
def report():
    return grade(LESSON, SAMPLE / "project", deadline=1.0, seed=7)


@pytest.mark.parametrize(
    ("check", "outcome"),
    [
        ("01.passes", Outcome.PASSED),
        ("01.fails", Outcome.FAILED),
        ("01.raises", Outcome.FAILED),
        ("01.unwritten", Outcome.FAILED),
        ("01.hangs", Outcome.TIMED_OUT),
        ("01.vanishes", Outcome.FAILED),
        ("01.needs-failure", Outcome.BLOCKED),
        ("01.needs-blocked", Outcome.BLOCKED),
        ("01.own-fault", Outcome.ERROR),
        ("01.skips", Outcome.ERROR),
        ("01.ungraded", Outcome.NOT_GRADED),
        ("01.needs-ungraded", Outcome.PASSED),
        ("01.absent", Outcome.ERROR),
    ],
)
def test_each_check_has_its_outcome(report, check, outcome):
    assert report.check(check).outcome is outcome


def test_every_expected_check_is_reported_once_and_in_order(report):
    assert tuple(check.id for check in report.checks) == LESSON.checks


def test_what_is_not_graded_says_why_and_neither_earns_an_item_nor_costs_one(report):
    assert report.check("01.ungraded").note == "Not graded here: there is no moon."
    verdicts = {item.id: item.outcome for item in report.items}
    assert verdicts["model.docs"] is Verdict.PASSED
    assert "model.relationships" not in verdicts


def test_a_failure_says_what_was_seen_wanted_why_and_where(report):
    failed = report.check("01.fails")
    assert (failed.seen, failed.wanted) == ("It is red.", "Green.")
    assert (failed.why, failed.read) == ("Because.", "Somewhere")
    assert failed.location == Location(file="app/code.py", line=3)


def test_an_erratum_is_named_where_the_failure_shows_its_form(report):
    assert report.check("01.fails").errata == ("E45",)
    assert report.check("01.raises").errata == ()


def test_an_exception_in_the_learners_code_names_its_line(report):
    raised = report.check("01.raises")
    assert raised.seen == "LookupError while importing app.broken: nothing here"
    assert raised.location == Location(file="app/broken.py", line=3)


def test_an_unwritten_function_is_no_exception(report):
    unwritten = report.check("01.unwritten")
    assert unwritten.seen == "Still to be written: TODO 01.1."
    assert unwritten.location == Location(file="app/code.py", line=6)


def test_a_vanished_process_shows_its_last_words(report):
    seen = report.check("01.vanishes").seen
    assert seen.startswith("The Python process ended with status 0 while importing app.vanishes")
    assert "good bye" in seen


def test_a_blocked_check_names_the_cause_and_not_the_chain(report):
    assert report.check("01.needs-failure").blocked_by == "01.fails"
    assert report.check("01.needs-blocked").blocked_by == "01.fails"


def test_our_own_fault_is_never_the_learners(report):
    verdicts = {item.id: item.outcome for item in report.items}
    assert verdicts["model.schema"] is Verdict.ERROR
    assert verdicts["model.repr"] is Verdict.FAILED
    assert verdicts["model.docs"] is Verdict.PASSED
    assert report.outcome is Verdict.ERROR


def test_our_own_fault_names_the_place_in_our_files(report):
    seen = report.check("01.own-fault").seen
    assert "KeyError: 'oops'" in seen
    assert "test_outcomes.py:" in seen


def test_the_seed_is_reported(report):
    assert report.seed == 7


def test_results_arrive_as_they_come_about():
    arrived = []
    grade(LESSON, SAMPLE / "project", deadline=0.5, on_result=arrived.append)
    expected = [id_ for id_ in LESSON.checks if id_ != "01.absent"]
    assert [result.id for result in arrived] == expected


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path / "absent", "There is no folder"),
        (lambda path: _file(path / "file"), "is a file"),
        (lambda path: path, "it holds no app/ folder"),
    ],
)
def test_a_path_that_is_no_project_is_said(tmp_path, make, sentence):
    with pytest.raises(UserError, match=sentence):
        grade(LESSON, make(tmp_path))


def test_grading_leaves_the_submission_as_it_was(tmp_path):
    before = _tree(SAMPLE / "project")
    grade(LESSON, SAMPLE / "project", deadline=0.5)
    assert _tree(SAMPLE / "project") == before


def _file(path: Path) -> Path:
    path.touch()
    return path


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
