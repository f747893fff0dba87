"""A stretch exercise is checked when it was tried, and nothing depends on it."""

import json
import shutil
from pathlib import Path

import pytest

from checker.cli import main
from checker.curriculum import load_curriculum
from checker.curriculum.composition import solved, start, write
from checker.curriculum.library import CurriculumError
from checker.curriculum.stretch import write_stretched
from checker.curriculum.verify import verify_folders, verify_structure
from checker.curriculum.wrong_answers import apply, load
from checker.judge import Grader, grade
from checker.judge.verify import verify
from checker.report import Outcome, Verdict

SAMPLE = Path(__file__).parents[1] / "cli" / "sample"
STRETCHED = Path(__file__).parent / "stretched"
LESSON = "lessons/01-farewell"
CHECK = f"{LESSON}/stretch/test_stretch.py"
TOML = f"{LESSON}/lesson.toml"


@pytest.fixture
def root(tmp_path):
    """The sample course, whose second lesson has a stretch."""
    root = tmp_path / "course"
    ignore = shutil.ignore_patterns("__pycache__")
    for folder in (SAMPLE, STRETCHED):
        shutil.copytree(folder, root, ignore=ignore, dirs_exist_ok=True)
    edit(root, TOML, "[[tasks]]", 'stretch = "01.wave"\n\n[[tasks]]')
    return root


def edit(root, file, old, new):
    path = root / file
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


@pytest.fixture
def course(root):
    return load_curriculum(root)


@pytest.fixture
def lesson(course):
    return course.lesson("01")


@pytest.fixture
def project(tmp_path):
    return tmp_path / "project"


@pytest.fixture
def one_hand(course, lesson, project):
    """A project that has tried the exercise, and not done it."""
    [wrong] = [each for each in load(course, lesson) if each.check == "01.wave"]
    apply(course, lesson, wrong, project)
    return project


def test_a_solution_without_it_has_not_tried_it_and_passes_as_before(course, lesson, project):
    write(solved(course, lesson), project)
    report = grade(lesson, project, seed=1)
    assert report.stretch.outcome is Outcome.NOT_TRIED
    without = load_curriculum(SAMPLE).lesson("01")
    timeless = {"duration_ms": True, "checks": {"__all__": {"duration_ms"}}, "stretch": True}
    before = grade(without, project, seed=1)
    assert before.stretch is None
    assert report.model_dump(exclude=timeless) == before.model_dump(exclude=timeless)


def test_one_that_holds_has_passed(course, lesson, project):
    write_stretched(course, lesson, project)
    with Grader(lesson) as grader:
        assert grader.grade(project).stretch.outcome is Outcome.PASSED


def test_one_that_does_not_hold_says_so_and_costs_nothing(lesson, one_hand):
    report = grade(lesson, one_hand)
    assert report.outcome is Verdict.PASSED
    assert [item.outcome for item in report.items] == [Verdict.PASSED]
    assert [check.id for check in report.checks] == ["01.goodbye"]
    found = report.stretch
    assert (found.outcome, found.seen) == (Outcome.FAILED, "It waves with one hand.")
    assert (found.wanted, found.why) == ("Both hands.", "A hand says more than a word.")


def test_until_the_lesson_is_passed_it_is_not_asked(course, lesson, project):
    write(start(course, lesson), project)
    report = grade(lesson, project)
    assert (report.stretch.outcome, report.stretch.blocked_by) == (Outcome.BLOCKED, "01.goodbye")


def test_a_part_of_the_lesson_comes_without_it(course, lesson, project):
    write(solved(course, lesson), project)
    assert grade(lesson, project, only=["01.goodbye"]).stretch is None


def test_a_check_of_the_lesson_cannot_be_not_tried(root, course, lesson, project):
    file = f"{LESSON}/checks/test_farewell.py"
    edit(root, file, "import check, expect", "import check, expect, tried")
    edit(root, file, "    expect(found,", "    tried(found is None)\n    expect(found,")
    write(solved(course, lesson), project)
    assert grade(lesson, project).check("01.goodbye").outcome is Outcome.ERROR


def test_one_that_gives_no_outcome_is_an_error_of_its_own(root, course, lesson, project):
    (root / CHECK).write_text("import nowhere\n")
    write(solved(course, lesson), project)
    report = grade(lesson, project)
    assert (report.outcome, report.stretch.outcome) == (Verdict.PASSED, Outcome.ERROR)


@pytest.mark.parametrize("name", ["01", "01.wave"])
def test_the_command_ends_as_without_it(name, root, one_hand, monkeypatch, capsys):
    monkeypatch.setenv("CHECKER_CURRICULUM", str(root))
    assert main(["check", name, "--path", str(one_hand)]) == 0
    printed = capsys.readouterr().out
    assert "Your stretch does not hold yet; the lesson is passed without it:" in printed
    assert "It waves with one hand." in printed
    assert main(["check", name, "--path", str(one_hand), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["stretch"]["outcome"] == "failed"


def findings(root):
    course = load_curriculum(root)
    lesson = course.lesson("01")
    return [str(each) for each in (*verify_folders(course), *verify_structure(course, lesson))]


def test_verify_grades_the_exercise_and_its_wrong_answers(course, lesson):
    steps = list(verify(course, [lesson]))
    names = [name for name, _ in steps]
    assert names[-3:] == [
        "01-farewell: stretch",
        "01-farewell: wrong answer goodbye",
        "01-farewell: wrong answer wave",
    ]
    assert [found for _, each in steps for found in each] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "finding"),
    [
        (
            TOML,
            'stretch = "01.wave"',
            'stretch = "01.absent"',
            f"{TOML}: lists 01.absent, which no check in checks/ is.",
        ),
        (
            CHECK,
            "    stretch=True,\n",
            "",
            f"{LESSON}: 01.wave is the stretch by its declaration or by lesson.toml only.",
        ),
        (
            CHECK,
            "    stretch=True,",
            '    items=["structure.main"],\n    stretch=True,',
            f"{LESSON}: 01.wave is the stretch: it proves no item, and names no needs.",
        ),
        (
            CHECK,
            '"Stretch: wave"',
            '"Wave"',
            f"{LESSON}: 01.wave is the stretch: read begins with 'Stretch: '.",
        ),
        (
            CHECK,
            "from checker.judge import",
            "from checker.judge.unmet import",
            (
                f"{CHECK}:3: imports checker.judge.unmet. Checks import checker.judge and"
                " checker.judge.evidence, and the course's kit."
            ),
        ),
    ],
)
def test_a_broken_invariant_is_found(root, file, old, new, finding):
    edit(root, file, old, new)
    assert finding in findings(root)


def test_an_exercise_without_solution_or_wrong_answer_is_found(root):
    shutil.rmtree(root / "tests/stretch/01-farewell")
    (root / "tests/wrong_answers/01-farewell/wave.toml").unlink()
    (root / f"{LESSON}/stretch/notes.txt").write_text("x")
    assert findings(root) == [
        f"{LESSON}/stretch/notes.txt: is no check module.",
        "tests/wrong_answers/01-farewell: has no wrong answer for 01.wave.",
        "tests/stretch/01-farewell: goes with a stretch in lesson.toml; one of them is missing.",
    ]


def test_a_file_of_the_solution_is_edited_and_not_copied(root):
    copied = root / "tests/stretch/01-farewell/app/farewell.py"
    copied.parent.mkdir()
    shutil.copy(root / "solutions/01-farewell/app/farewell.py", copied)
    place = "tests/stretch/01-farewell/app/farewell.py"
    assert findings(root) == [f"{place}: is the solution's: what changes goes into edits.toml."]


def test_an_edit_that_no_longer_fits_is_found(root, course, lesson, project):
    edit(root, "solutions/01-farewell/app/farewell.py", '"""Farewells."""', '"""Others."""')
    with pytest.raises(CurriculumError, match="Farewells"):
        write_stretched(course, lesson, project)


@pytest.mark.parametrize(
    ("is_done", "finding"),
    [
        (True, "solutions/01-farewell: 01.wave is not not-tried: passed"),
        (False, "tests/stretch/01-farewell: 01.wave is not passed: not-tried"),
    ],
)
def test_a_solution_that_tried_it_and_an_exercise_that_did_not_are_found(
    root, course, lesson, is_done, finding, tmp_path
):
    if is_done:
        write_stretched(course, lesson, tmp_path / "both")
    else:
        write(solved(course, lesson), tmp_path / "both")
    (root / "tests/stretch/01-farewell/edits.toml").unlink()
    for place in ("solutions/01-farewell", "tests/stretch/01-farewell"):
        shutil.copytree(tmp_path / "both", root / place, dirs_exist_ok=True)
    steps = verify(course, [lesson], wrong_answers=False)
    assert finding in [str(each).strip() for _, found in steps for each in found]
