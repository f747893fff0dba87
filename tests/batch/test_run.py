"""Nothing is graded twice, and nothing that was graded is lost."""

import dataclasses
import shutil

import pytest

from checker.batch import Gradebook, Key, Status, run
from checker.batch.grading import Attempt
from checker.ingest import take_in

from .conftest import Stand


def statuses(rows):
    return {student: row.status for (student, _), row in rows.items()}


def test_everyone_has_a_status(sample):
    assert statuses(sample.grade()) == {
        "ann": Status.PASSED,
        "bob": Status.PASSED,
        "eve": Status.PASSED,
        "tom": Status.FAILED,
        "zoe": Status.UNGRADABLE,
    }


def test_a_row_says_what_was_found(sample):
    row = sample.grade()["tom", "00"]

    assert (row.checks_passed, row.checks, row.items_passed, row.items) == (0, 2, 0, 2)
    assert row.failing == ("00.hello", "00.name")
    assert row.isolation == "process"


def test_what_could_not_be_graded_says_why(sample):
    row = sample.grade()["zoe", "00"]

    assert row.sentence.startswith("It holds no app/ folder with files")
    assert (row.isolation, row.checks) == ("", 0)


def test_nobody_finds_a_seed_by_trying_them_all(sample, monkeypatch):
    grade, seeds = Stand.grade, []

    def noting(self, project, **options):
        seeds.append(options["seed"])
        return grade(self, project, **options)

    monkeypatch.setattr(Stand, "grade", noting)
    sample.grade()
    assert len(set(seeds)) == 4
    assert max(seeds) > 10**12


def test_a_second_run_grades_nothing_and_shows_the_same(sample):
    first = sample.grade()
    assert len(sample.order) == 4

    assert sample.grade() == first
    assert sample.order == []


def test_only_what_has_changed_is_graded_again(sample):
    sample.grade()
    shutil.copytree(sample.folder / "ann", sample.folder / "tom", dirs_exist_ok=True)
    (sample.folder / "tom/app/more.py").write_text("")

    assert statuses(sample.grade())["tom"] is Status.PASSED
    assert sample.order == ["tom"]


def test_what_was_handed_in_before_is_known_still(sample):
    first = sample.grade()
    file = sample.folder / "ann/app/own.py"
    text = file.read_text()
    file.write_text("number = 10\n")
    sample.grade()
    file.write_text(text)

    assert sample.grade() == first
    assert sample.order == []


def test_a_file_that_no_check_sees_changes_nothing(sample):
    sample.grade()
    (sample.folder / "ann/.git").mkdir()
    (sample.folder / "ann/.git/HEAD").write_text("ref")

    assert sample.grade()["ann", "00"].ignored == (".git/",)
    assert sample.order == []


def test_who_hands_in_the_same_is_graded_once(sample):
    shutil.copytree(sample.folder / "ann", sample.folder / "bob", dirs_exist_ok=True)

    rows = sample.grade()

    assert "ann+bob" in sample.order
    assert rows["ann", "00"] == dataclasses.replace(rows["bob", "00"], student="ann")


def test_asked_for_again_everything_is_graded_again(sample):
    first = sample.grade()

    assert sample.grade(again=True) == first
    assert len(sample.order) == 4


def test_another_version_of_the_lesson_grades_everyone_anew(sample, monkeypatch):
    sample.grade()
    monkeypatch.setattr(run, "lesson_versions", lambda *_: {"00-greeting": "another"})

    sample.grade()

    assert len(sample.order) == 4


def test_another_environment_grades_everyone_anew(sample, monkeypatch):
    sample.grade()
    monkeypatch.setattr(run, "environment", lambda _: "another")

    sample.grade()

    assert len(sample.order) == 4


def test_a_gradebook_holds_several_lessons(sample):
    sample.grade("00")
    rows = sample.grade("01")

    assert {lesson for _, lesson in rows} == {"00", "01"}
    assert rows["ann", "00"].status is Status.PASSED
    assert rows["ann", "01"].status is Status.FAILED


def test_several_lessons_in_one_run(sample):
    rows = sample.grade("00", "01")

    assert rows["ann", "00"].status is Status.PASSED
    assert rows["ann", "01"].status is Status.FAILED
    assert [each.total for each in sample.told] == [8] * 9


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_run_that_is_stopped_goes_on_where_it_was(sample, after):
    def stop(progress):
        if progress.done == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sample.grade(jobs=2, tell=stop)
    pending = [row for row in sample.rows() if row.status is Status.PENDING]
    done = set(sample.order)
    rows = sample.grade(jobs=2)

    assert len(pending) == 4 - after
    assert statuses(rows)["ann"] is Status.PASSED
    assert len(sample.order) == 4 - after
    assert not done & set(sample.order)


def test_what_was_being_graded_when_a_run_was_killed_comes_last(sample):
    with Gradebook(sample.database) as book:  # as SIGKILL leaves it
        version = run.lesson_versions(sample.curriculum, [sample.curriculum.lesson("00")])
        around = run.environment(sample.curriculum.root)
        digest = take_in(sample.folder / "ann", "app").digest
        key = Key(digest, "00-greeting", version["00-greeting"], around, "process")
        book.enter("00-greeting", [run.Entered("ann", key)])
        book.begin(key)

    sample.grade()

    assert sample.order[-1] == "ann"
    assert sorted(sample.order) == ["ann", "bob", "eve", "tom"]


class Faulty:
    """Has our own code fail for one student, so many times."""

    def __init__(self, monkeypatch, student, times, error):
        self.tried = []
        real = Attempt._report

        def report(attempt, grader, folder):
            if attempt.submission.student == student:
                self.tried.append(grader)
                if len(self.tried) <= times:
                    raise error
            return real(attempt, grader, folder)

        monkeypatch.setattr(Attempt, "_report", report)


def test_an_error_of_ours_is_repeated_alone_and_forgotten_where_it_does_not_return(
    sample, monkeypatch
):
    faulty = Faulty(monkeypatch, "ann", 1, ZeroDivisionError("division by zero"))

    rows = sample.grade()

    assert rows["ann", "00"].status is Status.PASSED
    assert sample.order[-1] == "ann"
    assert len(faulty.tried) == 2
    assert faulty.tried[0] is not faulty.tried[1]


def test_an_error_of_ours_that_returns_is_surfaced_and_tried_by_the_next_run(sample, monkeypatch):
    faulty = Faulty(monkeypatch, "ann", 2, ZeroDivisionError("division by zero"))

    rows = sample.grade()

    assert len(faulty.tried) == 2
    assert rows["ann", "00"].status is Status.ERROR
    assert rows["ann", "00"].sentence == (
        "The checker itself failed: ZeroDivisionError: division by zero"
    )
    assert statuses(rows)["bob"] is Status.PASSED
    assert sample.grade()["ann", "00"].status is Status.PASSED
    assert sample.order == ["ann"]


def test_a_submission_that_changes_meanwhile_is_not_graded_as_what_it_was(sample, monkeypatch):
    def change(progress):
        if progress.result is None:
            (sample.folder / "ann/app/own.py").write_text("changed = True\n")

    rows = sample.grade(tell=change)

    assert rows["ann", "00"].status is Status.ERROR
    assert rows["ann", "00"].sentence == "It was changed while the class was graded."
    assert sample.grade()["ann", "00"].status is Status.PASSED


def test_what_a_changed_checker_has_graded_is_no_result(sample, monkeypatch):
    versions = iter([{"00-greeting": "first"}, {"00-greeting": "another"}])
    monkeypatch.setattr(run, "lesson_versions", lambda *_: next(versions))

    row = sample.grade()["ann", "00"]

    assert row.status is Status.ERROR
    assert row.sentence == "The checker or the lesson was changed while the class was graded."
    monkeypatch.setattr(run, "lesson_versions", lambda *_: {"00-greeting": "another"})
    assert statuses(sample.grade())["ann"] is Status.PASSED
