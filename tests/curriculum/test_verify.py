"""Each invariant of a lesson's starter, solution and files, broken in one way, is one finding."""

import shutil

import pytest

L = "lessons/01-farewell"
TOML = f"{L}/lesson.toml"


def test_the_sample_holds_to_all_of_them(findings):
    assert findings() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "finding"),
    [
        pytest.param(
            f"{L}/starter/app/farewell.py",
            "",
            "x = 1\n",
            f"{L}/starter/app/farewell.py: is not in step with the solution."
            " Run: checker dev build",
            id="starter out of step",
        ),
        pytest.param(
            f"{L}/starter/app/farewell.py",
            "",
            None,
            f"{L}/starter/app/farewell.py: is missing. Run: checker dev build",
            id="starter missing",
        ),
        pytest.param(
            f"{L}/starter/extra.py",
            "",
            "x = 1\n",
            f"{L}/starter/extra.py: does not come from the solution. Run: checker dev build",
            id="starter stale",
        ),
        pytest.param(
            TOML,
            'file = "app/farewell.py"',
            'file = "app/absent.py"',
            "01-farewell: 01-farewell/lesson.toml: starter: the solution adds no file"
            " app/absent.py.",
            id="starter of a file that is not there",
        ),
        pytest.param(
            f"{L}/notes.txt", "", "x", f"{L}/notes.txt: is no part of a lesson.", id="stray file"
        ),
        pytest.param(
            f"{L}/checks/helper.py",
            "",
            "x = 1\n",
            f"{L}/checks/helper.py: is no check module.",
            id="stray check file",
        ),
        pytest.param(f"{L}/README.md", "", None, f"{L}/README.md: is missing.", id="no text"),
        pytest.param(
            "tests/wrong_answers/09-gone/x.toml",
            "",
            "x = 1\n",
            "tests/wrong_answers/09-gone: belongs to no lesson.",
            id="wrong answers of no lesson",
        ),
        pytest.param(
            "solutions/09-gone/app/x.py",
            "",
            "x = 1\n",
            "solutions/09-gone: belongs to no lesson.",
            id="solution of no lesson",
        ),
        pytest.param(
            "lessons/09-gone/README.md",
            "",
            "x",
            "lessons/09-gone: belongs to no lesson.",
            id="lesson without lesson.toml",
        ),
    ],
)
def test_a_broken_invariant_is_one_finding(change, file, old, new, finding, findings):
    change(file, old, new)
    assert findings() == [finding]


def test_a_file_identical_to_what_it_inherits(root, change, findings):
    same = (root / "solutions/01-farewell/app/greeting.py").read_text()
    change("solutions/02-manners/app/greeting.py", new=same)
    assert findings() == ["solutions/02-manners/app/greeting.py: is identical to what it inherits."]


def test_a_starter_that_would_overwrite(change, findings):
    change(f"{L}/starter/app/greeting.py", new="x = 1\n")
    assert (
        f"{L}/starter/app/greeting.py: would overwrite a file of an earlier lesson;"
        " a starter only adds."
    ) in findings()


@pytest.mark.parametrize("name", ["posts.db", "posts.log"])
def test_what_a_run_left_in_a_solution(change, name, findings):
    change(f"solutions/01-farewell/{name}", new="x")
    change(TOML, "[[starter]]", f'[[starter]]\nfile = "{name}"\nomit = true\n\n[[starter]]')
    assert findings() == [f"solutions/01-farewell/{name}: is left over from a run."]


def test_a_solution_that_is_no_python(change, findings):
    change("solutions/01-farewell/app/farewell.py", new="def (")
    wrong = "tests/wrong_answers/01-farewell/goodbye.toml"
    assert findings() == [
        "01-farewell: solutions/01-farewell/app/farewell.py: not readable as Python.",
        f"{wrong}: app/farewell.py holds 0 times: 'return \"Goodbye\"'.",
    ]


def test_what_tools_leave_behind_is_not_a_finding(change, findings):
    for where in (L, f"{L}/checks", f"{L}/starter/app", "solutions", "lessons"):
        change(f"{where}/__pycache__/x.pyc", new="")
        change(f"{where}/.DS_Store", new="")
    assert findings() == []


def test_a_missing_solution(root, findings):
    shutil.rmtree(root / "solutions/02-manners")
    assert "solutions/02-manners: is missing." in findings()


def test_a_missing_handwritten_file(change, findings):
    change(TOML, "[[tasks]]", 'handwritten = ["app/farewell.py"]\n\n[[tasks]]')
    change(TOML, '[[starter]]\nfile = "app/farewell.py"\n', "")
    change(TOML, 'blank = [{ name = "goodbye", task = "01.1" }]\n', "")
    change(f"{L}/starter/app/farewell.py")
    where = f"{L}/starter/app/farewell.py"
    assert findings() == [f"{where}: is listed as handwritten and is missing."]
