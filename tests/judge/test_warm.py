"""Warm grading: the same report as cold, again and again, whatever happens to its processes."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from checker.curriculum import load_curriculum
from checker.errors import UserError
from checker.judge import Cancelled, Grader, grade
from checker.judge.crew import Work
from checker.judge.outcomes import first_of_all
from checker.report import Outcome

SAMPLE = Path(__file__).parent / "sample"
PROJECT = SAMPLE / "project"
LESSON = load_curriculum(SAMPLE).lesson("01")
COLD = {"deadline": 1.0, "seed": 7}


@pytest.fixture(scope="module")
def cold():
    return grade(LESSON, PROJECT, **COLD)


def without_durations(report):
    checks = [check.model_copy(update={"duration_ms": 0}) for check in report.checks]
    return report.model_copy(update={"duration_ms": 0, "checks": tuple(checks)})


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_warm_and_cold_reports_are_equal(cold, workers):
    with Grader(LESSON, workers=workers) as grader:
        first = grader.grade(PROJECT, **COLD)
        again = grader.grade(PROJECT, **COLD)
    assert without_durations(first) == without_durations(cold)
    assert without_durations(again) == without_durations(cold)


def test_where_nothing_can_be_forked_the_report_is_the_same(cold, monkeypatch):
    monkeypatch.setenv("CHECKER_NO_FORK", "1")
    with Grader(LESSON) as grader:
        report = grader.grade(PROJECT, deadline=5.0, seed=7)
    hangs = report.check("01.hangs")
    assert hangs.outcome is Outcome.TIMED_OUT
    others = [check for check in without_durations(report).checks if check.id != hangs.id]
    assert others == [check for check in without_durations(cold).checks if check.id != hangs.id]


def test_every_result_arrives_once_and_what_it_needs_before_it():
    arrived = []
    with Grader(LESSON, workers=2) as grader:
        grader.grade(PROJECT, **COLD, on_result=lambda result: arrived.append(result.id))
    assert sorted(arrived) == sorted(id_ for id_ in LESSON.checks if id_ != "01.absent")
    assert arrived.index("01.fails") < arrived.index("01.needs-failure")
    assert arrived.index("01.needs-failure") < arrived.index("01.needs-blocked")


def test_what_is_asked_for_comes_first():
    arrived = []
    with Grader(LESSON, workers=1) as grader:
        grader.grade(
            PROJECT,
            **COLD,
            first=["01.unwritten"],
            on_result=lambda result: arrived.append(result.id),
        )
    assert arrived[0] == "01.unwritten"


def test_what_the_first_ones_need_comes_before_them():
    needs = {"a": [], "b": [], "c": ["b"], "d": ["c"], "e": []}
    assert first_of_all("abcde", needs, ["d", "unknown"]) == ["b", "c", "d", "a", "e"]
    assert first_of_all("abcde", needs, ["e", "d", "a"]) == ["e", "b", "c", "d", "a"]


def test_needs_that_are_believed_to_pass_need_not_come_first():
    needs = {"a": [], "b": [], "c": ["b"], "d": ["a", "c"]}
    assert first_of_all("abcd", needs, ["d"], believed={"c"}) == ["a", "d", "b", "c"]
    work = Work(["e", "d", "f"], {"d": ["b"], "e": ["c"], "f": []}, urgent={"d"}, believed={"b"})
    assert (work.next(), work.next(), work.next()) == ("d", "f", None)


def test_rather_than_doing_nothing_a_worker_does_what_is_likely_to_be_wanted():
    work = Work(["a", "b"], {"a": ["x"], "b": ["y"]}, believed={"y"})
    assert (work.next(), work.next()) == ("b", None)


def test_a_check_that_ran_too_early_is_blocked_in_the_end(project_of_steps):
    """Its need passed before and does not any more: the report is that of a cold grading."""
    lesson, project = project_of_steps
    told = []
    with Grader(lesson, workers=1) as grader:
        grader.grade(project, seed=1)
        (project / "app/steps.py").write_text("first = second = False\n")
        warm = grader.grade(project, seed=1, first=["01.second"], on_result=told.append)
    cold = grade(lesson, project, seed=1)
    assert without_durations(warm) == without_durations(cold)
    assert [(each.id, each.outcome) for each in told] == [
        ("01.second", Outcome.FAILED),
        ("01.first", Outcome.FAILED),
        ("01.second", Outcome.BLOCKED),
    ]


@pytest.fixture
def project_of_steps(tmp_path):
    """A lesson whose second check needs the first, and a project that passes both."""
    root = shutil.copytree(SAMPLE, tmp_path / "steps")
    lesson = root / "lessons/01-sample"
    text = (lesson / "lesson.toml").read_text()
    checks = text.partition("checks = [")[2].partition("]")[0]
    (lesson / "lesson.toml").write_text(text.replace(checks, '"01.first", "01.second"'))
    (lesson / "checks/test_outcomes.py").write_text(STEPS)
    project = tmp_path / "project"
    (project / "app").mkdir(parents=True)
    (project / "app/steps.py").write_text("first = second = True\n")
    return load_curriculum(root).lesson("01"), project


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


def test_a_saved_file_changes_the_next_report(tmp_path):
    project = shutil.copytree(PROJECT, tmp_path / "project")
    with Grader(LESSON) as grader:
        before = grader.grade(project, **COLD)
        (project / "app/broken.py").write_text("")
        after = grader.grade(project, **COLD)
    assert before.check("01.raises").outcome is Outcome.FAILED
    assert after.check("01.raises").outcome is Outcome.PASSED


def test_cancelling_gives_up_at_once_and_the_next_grading_is_whole(cold):
    with Grader(LESSON, workers=1) as grader:
        with pytest.raises(Cancelled):
            grader.grade(PROJECT, deadline=60.0, on_result=lambda _: grader.cancel())
        assert without_durations(grader.grade(PROJECT, **COLD)) == without_durations(cold)


def kill_parent_of(pid):
    os.kill(
        int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]), signal.SIGKILL
    )


def kill_group(pid):
    os.killpg(pid, signal.SIGKILL)


@pytest.mark.parametrize("kill", [kill_group, kill_parent_of])
def test_a_process_that_is_killed_from_outside_costs_one_repetition(cold, kill):
    killed = []

    def strike(_):
        if not killed:
            killed.append(grader.judge)
            kill(grader.judge)

    with Grader(LESSON) as grader:
        report = grader.grade(PROJECT, **COLD, on_result=strike)
        again = grader.grade(PROJECT, **COLD)
    assert killed
    assert without_durations(report) == without_durations(again) == without_durations(cold)


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
        assert without_durations(grader.grade(PROJECT, **COLD)) == without_durations(cold)
