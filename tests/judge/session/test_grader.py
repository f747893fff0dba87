"""Grading again and again: the same report, warm or cold, whatever happens to the processes."""

import os
import shutil
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.composition import solved, write
from checker.errors import UserError
from checker.judge import Cancellation, Cancelled, Grader, grade
from checker.report import Outcome, Verdict
from tests.reports import untimed

SAMPLE = Path(__file__).parents[1] / "sample"
PROJECT = SAMPLE / "project"
LESSON = load_curriculum(SAMPLE).lesson("01")
COLD = {"deadline": 1.0, "seed": 7}


@pytest.fixture(scope="module")
def cold():
    return grade(LESSON, PROJECT, **COLD)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_warm_and_cold_reports_are_equal(cold, workers):
    with Grader(LESSON, workers=workers) as grader:
        first = grader.grade(PROJECT, **COLD)
        again = grader.grade(PROJECT, **COLD)
    assert untimed(first) == untimed(cold)
    assert untimed(again) == untimed(cold)


def test_where_nothing_can_be_forked_the_report_is_the_same(cold, monkeypatch):
    monkeypatch.setenv("CHECKER_NO_FORK", "1")
    with Grader(LESSON) as grader:
        report = grader.grade(PROJECT, deadline=5.0, seed=7)
    hangs = report.check("01.hangs")
    assert hangs.outcome is Outcome.TIMED_OUT
    others = [check for check in untimed(report).checks if check.id != hangs.id]
    assert others == [check for check in untimed(cold).checks if check.id != hangs.id]


def test_every_result_arrives_once_and_what_it_needs_before_it():
    arrived = []
    with Grader(LESSON, workers=2) as grader:
        grader.grade(PROJECT, **COLD, on_result=lambda result: arrived.append(result.id))
    assert sorted(arrived) == sorted(id_ for id_ in LESSON.checks if id_ != "01.absent")
    assert arrived.index("01.fails") < arrived.index("01.needs-failure")
    assert arrived.index("01.needs-failure") < arrived.index("01.needs-blocked")


@pytest.mark.parametrize("fork", [True, False])
def test_what_is_asked_for_comes_first(fork):
    arrived = []
    with Grader(LESSON, workers=1, fork=fork) as grader:
        grader.grade(
            PROJECT,
            **COLD,
            first=["01.unwritten"],
            on_result=lambda result: arrived.append(result.id),
        )
    assert arrived[0] == "01.unwritten"


@pytest.mark.parametrize("fork", [True, False])
def test_only_what_is_asked_for_is_graded_with_what_it_needs(fork):
    with Grader(LESSON, workers=1, fork=fork) as grader:
        report = grader.grade(PROJECT, **COLD, only=["01.needs-failure"])
    assert [check.id for check in report.checks] == ["01.passes", "01.fails", "01.needs-failure"]
    assert report.check("01.needs-failure").outcome is Outcome.BLOCKED


def test_a_check_that_gives_no_outcome_is_reported_also_when_it_is_asked_for_alone():
    report = grade(LESSON, PROJECT, **COLD, only=["01.absent"])
    assert [(check.id, check.outcome) for check in report.checks] == [("01.absent", Outcome.ERROR)]


def test_a_check_that_ran_too_early_is_blocked_in_the_end(project_of_steps):
    """Its need passed before and does not any more: the report is that of a cold grading."""
    lesson, project = project_of_steps
    told = []
    with Grader(lesson, workers=1) as grader:
        grader.grade(project, seed=1)
        (project / "app/steps.py").write_text("first = second = False\n")
        warm = grader.grade(project, seed=1, first=["01.second"], on_result=told.append)
    cold = grade(lesson, project, seed=1)
    assert untimed(warm) == untimed(cold)
    assert [(each.id, each.outcome) for each in told] == [
        ("01.second", Outcome.FAILED),
        ("01.first", Outcome.FAILED),
        ("01.second", Outcome.BLOCKED),
    ]


def lesson_of(checks, root):
    """A lesson of two checks, 01.first and 01.second."""
    shutil.copytree(SAMPLE, root)
    lesson = root / "lessons/01-sample"
    text = (lesson / "lesson.toml").read_text()
    before = text.partition("checks = [")[2].partition("]")[0]
    (lesson / "lesson.toml").write_text(text.replace(before, '"01.first", "01.second"'))
    (lesson / "checks/test_outcomes.py").write_text(checks)
    return load_curriculum(root).lesson("01")


@pytest.fixture
def project_of_steps(tmp_path):
    """A lesson whose second check needs the first, and a project that passes both."""
    lesson = lesson_of(STEPS, tmp_path / "steps")
    project = tmp_path / "project"
    (project / "app").mkdir(parents=True)
    (project / "app/steps.py").write_text("first = second = True\n")
    return lesson, project


STEPS = """
from checker.judge import check, expect


def step(title, needs=()):
    return check(title=title, items=["model.repr"], why="-", read="-", needs=needs)


@step("First")
def test_first(source):
    expect("first = second = True" in source.text("app/steps.py"), seen="no", wanted="yes")


@step("Second", needs=["01.first"])
def test_second(source):
    expect("second = True" in source.text("app/steps.py"), seen="no", wanted="yes")
"""


MEMORY = """
from checker.judge import check, expect


@check(title="It is given too much", items=["model.repr"], why="-", read="-")
def test_first():
    given = []
    while True:
        given.append(bytearray(2**20))


@check(title="It is given less", items=["model.repr"], why="-", read="-")
def test_second():
    expect(len(bytearray(2**29)) == 2**29, seen="less", wanted="half of what there is")
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
@pytest.mark.parametrize("fork", [True, False])
def test_what_takes_all_memory_costs_the_check_alone(tmp_path, fork):
    lesson = lesson_of(MEMORY, tmp_path / "memory")
    with Grader(lesson, workers=1, fork=fork) as grader:
        report = grader.grade(PROJECT, budget=300.0)
    assert [check.outcome for check in report.checks] == [Outcome.FAILED, Outcome.PASSED]
    assert report.check("01.first").seen.startswith("What the check was given takes more memory")


def test_a_saved_file_changes_the_next_report(tmp_path):
    project = shutil.copytree(PROJECT, tmp_path / "project")
    with Grader(LESSON) as grader:
        before = grader.grade(project, **COLD)
        (project / "app/broken.py").write_text("")
        after = grader.grade(project, **COLD)
    assert before.check("01.raises").outcome is Outcome.FAILED
    assert after.check("01.raises").outcome is Outcome.PASSED


@pytest.mark.parametrize("fork", [True, False])
def test_cancelling_gives_up_at_once_and_the_next_grading_is_whole(cold, fork):
    cancellation = Cancellation()
    with Grader(LESSON, workers=1, fork=fork) as grader:
        with pytest.raises(Cancelled):
            grader.grade(
                PROJECT,
                deadline=60.0,
                on_result=lambda _: cancellation.cancel(),
                cancellation=cancellation,
            )
        assert grader.workers == []
        assert untimed(grader.grade(PROJECT, **COLD)) == untimed(cold)


def test_a_grading_that_was_cancelled_before_it_began_does_not_begin():
    cancellation, arrived = Cancellation(), []
    cancellation.cancel()
    with Grader(LESSON, workers=1) as grader:
        with pytest.raises(Cancelled):
            grader.grade(PROJECT, on_result=arrived.append, cancellation=cancellation)
        assert list(grader.folder.iterdir()) in ([], [grader.folder / "errors"])
    assert arrived == []


@pytest.mark.slow
@pytest.mark.parametrize("fork", [True, False])
def test_two_submissions_are_graded_at_once(tmp_path, fork):
    """Each in a folder of its own, and giving up one leaves the other alone."""
    lesson = load_curriculum().lesson("01")
    good, bad, given_up = (tmp_path / name for name in ("good", "bad", "given-up"))
    for project in (good, bad, given_up):
        write(solved(load_curriculum(), lesson), project)
    (bad / "app/models/post.py").write_text("raise LookupError('the other project')\n")
    cancellation = Cancellation()
    with Grader(lesson, workers=1, fork=fork) as grader, ThreadPoolExecutor(3) as pool:
        third = pool.submit(
            grader.grade,
            given_up,
            on_result=lambda _: cancellation.cancel(),
            cancellation=cancellation,
        )
        first, second = pool.submit(grader.grade, good), pool.submit(grader.grade, bad)
        assert first.result().outcome is Verdict.PASSED
        failed = [check for check in second.result().checks if "the other project" in check.seen]
        assert failed
        with pytest.raises(Cancelled):
            third.result()


def kill_parent_of(pid):
    os.kill(
        int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]), signal.SIGKILL
    )


def kill_group(pid):
    os.killpg(pid, signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.parametrize("kill", [kill_group, kill_parent_of])
def test_a_process_that_is_killed_from_outside_costs_one_repetition_at_most(cold, kill):
    killed = []

    def strike(_):
        if not killed:
            killed.extend(grader.workers)
            kill(killed[0])

    with Grader(LESSON) as grader:
        report = grader.grade(PROJECT, **COLD, on_result=strike)
        again = grader.grade(PROJECT, **COLD)
    assert killed
    assert untimed(report) == untimed(again) == untimed(cold)


def test_a_worker_that_dies_in_a_grading_with_a_budget_costs_its_check():
    killed = []

    def strike(result):
        if not killed and result.outcome is Outcome.PASSED:
            killed.extend(grader.workers)
            kill_group(killed[0])

    with Grader(LESSON, workers=1) as grader:
        report = grader.grade(PROJECT, **COLD, budget=600.0, on_result=strike)
    lost = [check for check in report.checks if "own process ended" in check.seen]
    assert killed
    assert [check.outcome for check in lost] == [Outcome.ERROR]
    assert any(check.outcome is Outcome.PASSED for check in report.checks)


def test_what_has_not_ended_within_the_budget_has_timed_out():
    with Grader(LESSON, workers=1) as grader:
        report = grader.grade(PROJECT, deadline=600.0, seed=7, budget=1.0, only=["01.hangs"])
    assert report.check("01.hangs").outcome is Outcome.TIMED_OUT
    assert "over its time of 1 s" in report.check("01.hangs").seen


def test_checks_that_change_are_collected_anew(tmp_path):
    root = shutil.copytree(SAMPLE, tmp_path / "sample")
    lesson = load_curriculum(root).lesson("01")
    checks = lesson.folder / "checks/test_outcomes.py"
    with Grader(lesson) as grader:
        assert grader.grade(PROJECT, **COLD).check("01.fails").seen == "It is red."
        checks.write_text(checks.read_text().replace("It is red.", "It is blue."))
        assert grader.grade(PROJECT, **COLD).check("01.fails").seen == "It is blue."


def test_a_folder_that_is_no_project_is_said(tmp_path):
    with Grader(LESSON) as grader:
        with pytest.raises(UserError, match="holds no app/ folder"):
            grader.grade(tmp_path)
        (tmp_path / "app").mkdir()
        (tmp_path / "app/large.py").write_bytes(b"#" * 60 * 1024**2)
        with pytest.raises(UserError, match="too large"):
            grader.grade(tmp_path)


def test_nothing_is_left_when_it_ends():
    with Grader(LESSON) as grader:
        grader.grade(PROJECT, **COLD)
        folder, warm = grader.folder, grader.pid
        assert folder.is_dir()
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(warm, 0)


def test_what_a_judge_complains_of_is_told_with_its_death_and_nowhere_else(
    tmp_path, monkeypatch, capfd
):
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nif 'checker.judge' in sys.orig_argv:\n"
        "    sys.stderr.write('no room here')\n    sys.stderr.flush()\n    os._exit(3)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Grader(LESSON) as grader, pytest.raises(RuntimeError, match="no room here"):
        grader.grade(PROJECT, **COLD)
    assert capfd.readouterr() == ("", "")


def test_a_judge_can_start_where_the_folder_that_one_is_in_has_been_removed(
    cold, tmp_path, monkeypatch
):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    here.rmdir()
    with Grader(LESSON) as grader:
        assert untimed(grader.grade(PROJECT, **COLD)) == untimed(cold)
