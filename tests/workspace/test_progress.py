"""How far a learner has come."""

import json
from datetime import UTC, datetime

import pytest

from checker.errors import UserError
from checker.report import CheckResult, ItemResult, Outcome, Report, Verdict
from checker.workspace import Progress, load, save

EARLY = datetime(2030, 1, 1, tzinfo=UTC)
LATE = datetime(2031, 1, 1, tzinfo=UTC)


def report(*, passed):
    outcome = Outcome.PASSED if passed else Outcome.FAILED
    verdict = Verdict(outcome)
    return Report(
        lesson="01-models",
        outcome=verdict,
        isolation="process",
        seed=1,
        duration_ms=1,
        items=(
            ItemResult(id="model.repr", text="", outcome=verdict, checks=("01.repr",)),
            ItemResult(id="model.docs", text="", outcome=Verdict.PASSED, checks=("01.docs",)),
        ),
        checks=(
            CheckResult(id="01.repr", title="", items=("model.repr",), outcome=outcome),
            CheckResult(id="01.docs", title="", items=("model.docs",), outcome=Outcome.PASSED),
        ),
    )


def test_a_new_workspace_has_none(tmp_path):
    loaded = load(tmp_path)

    assert (loaded.progress, loaded.notice) == (Progress(), None)


def test_what_is_saved_is_loaded(tmp_path):
    progress = Progress().at("01-models").graded(report(passed=True), EARLY).hint_shown("01.2")

    save(tmp_path, progress)

    assert load(tmp_path).progress == progress


def test_the_file_says_its_schema_and_time_in_utc(tmp_path):
    save(tmp_path, Progress().graded(report(passed=True), EARLY))

    written = json.loads((tmp_path / ".checker" / "progress.json").read_text())

    assert written["schema"] == 1
    assert written["lessons"]["01-models"]["passed"] == "2030-01-01T00:00:00Z"


def test_a_report_leaves_what_failed():
    state = Progress().graded(report(passed=False)).of("01-models")

    assert state.failing == ("01.repr",)
    assert (state.items_passed, state.items_failed) == (("model.docs",), ("model.repr",))
    assert state.passed is None


def test_first_passed_stays_when_passed_again_or_failed_later():
    progress = Progress().graded(report(passed=True), EARLY)

    assert progress.graded(report(passed=True), LATE).of("01-models").passed == EARLY
    assert progress.graded(report(passed=False), LATE).of("01-models").passed == EARLY


def test_a_part_says_which_of_its_checks_fail_and_nothing_of_the_lesson():
    whole = Progress().graded(report(passed=False), EARLY)
    part = report(passed=True)

    assert whole.partly(part).of("01-models").failing == ()
    assert whole.partly(part).of("01-models").passed is None
    assert whole.partly(report(passed=False)) == whole
    assert Progress().partly(part) == Progress()


def test_what_is_skipped_has_not_failed_until_it_is_graded():
    progress = Progress().graded(report(passed=False), EARLY).skipping(["01-models"])

    assert progress.of("01-models").skipped
    assert progress.items() == {"model.docs": Verdict.PASSED}
    assert not progress.graded(report(passed=False), LATE).of("01-models").skipped


def test_what_is_passed_is_never_skipped():
    progress = Progress().graded(report(passed=True), EARLY)

    assert progress.skipping(["01-models"]) == progress


def test_hints_are_counted_for_each_task():
    progress = Progress().hint_shown("01.1").hint_shown("01.1").hint_shown("01.2")

    assert progress.hints == {"01.1": 2, "01.2": 1}


@pytest.mark.parametrize(
    "damaged",
    [b"", b'{"schema": 1, "curr', b"\xff\xfe", b"[]", b"null", b'{"hints": {"01.1": -1}}'],
)
def test_a_damaged_file_is_said_and_set_aside(tmp_path, damaged):
    file = tmp_path / ".checker" / "progress.json"
    file.parent.mkdir()
    file.write_bytes(damaged)

    loaded = load(tmp_path, LATE)

    aside = file.with_name("progress-damaged-20310101T000000Z.json")
    assert loaded.progress == Progress()
    assert "was damaged" in loaded.notice
    assert aside.name in loaded.notice
    assert aside.read_bytes() == damaged
    assert not file.exists()


def test_two_damaged_in_the_same_second_are_both_kept(tmp_path):
    file = tmp_path / ".checker" / "progress.json"
    file.parent.mkdir()
    for content in (b"one", b"two"):
        file.write_bytes(content)
        load(tmp_path, LATE)

    assert sorted(p.read_bytes() for p in file.parent.iterdir()) == [b"one", b"two"]


def test_a_file_of_another_version_is_not_taken_for_damaged(tmp_path):
    file = tmp_path / ".checker" / "progress.json"
    file.parent.mkdir()
    file.write_text('{"schema": 2}')

    with pytest.raises(UserError, match="another version of the checker"):
        load(tmp_path)

    assert file.read_text() == '{"schema": 2}'


def test_damaged_where_nothing_may_be_written_is_ignored_and_said(unprivileged):
    folder = unprivileged / ".checker"
    folder.mkdir()
    (folder / "progress.json").write_text("{")
    folder.chmod(0o555)

    loaded = load(unprivileged)

    assert loaded.progress == Progress()
    assert "could not be set aside" in loaded.notice


def test_a_file_that_may_not_be_read(unprivileged):
    folder = unprivileged / ".checker"
    folder.mkdir()
    (folder / "progress.json").write_text("{}")
    (folder / "progress.json").chmod(0)

    with pytest.raises(UserError, match="cannot be read"):
        load(unprivileged)
