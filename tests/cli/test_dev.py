"""`checker dev …`."""

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parent / "sample"


@pytest.fixture
def copy(here, monkeypatch):
    """A copy of the sample curriculum that a test may change."""
    shutil.copytree(SAMPLE, here / "curriculum")
    monkeypatch.setenv("CHECKER_CURRICULUM", str(here / "curriculum"))
    return here / "curriculum"


def tree(root):
    return {p.relative_to(root).as_posix(): p.read_text() for p in root.rglob("*.py")}


def test_build_of_what_is_in_step_changes_nothing(run, copy):
    before = tree(copy)

    ended = run("dev", "build")

    assert (ended.code, tree(copy)) == (0, before)
    assert ended.out.count("in step already") == 3


def test_build_puts_a_changed_starter_right_and_names_it(run, copy):
    before = tree(copy)
    (copy / "lessons/01-farewell/starter/app/farewell.py").write_text("changed = 1\n")

    ended = run("dev", "build", "01")

    assert ended.out == "01-farewell: app/farewell.py\n"
    assert tree(copy) == before


def test_compose_solved(run, here):
    ended = run("dev", "compose", "01", "--to", "new")

    assert ended.code == 0
    assert sorted(tree(here / "new")) == ["app/__init__.py", "app/farewell.py", "app/greeting.py"]
    assert "Goodbye" in (here / "new/app/farewell.py").read_text()


def test_compose_as_it_begins(run, here):
    run("dev", "compose", "01", "--starter", "--to", "new")

    assert "NotImplementedError" in (here / "new/app/farewell.py").read_text()
    assert "return" in (here / "new/app/greeting.py").read_text()


def test_verify_finds_nothing_wrong_with_the_sample(run):
    ended = run("dev", "verify")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "00-greeting, 01-farewell, 02-manners: everything holds.\n"


def test_verify_without_the_wrong_answers(run, copy):
    wrong = copy / "tests/wrong_answers/00-greeting/hello.toml"
    wrong.write_text(wrong.read_text().replace("hello returns nothing.", "other words"))

    assert run("dev", "verify", "00", "--no-wrong-answers").code == 0
    assert run("dev", "verify", "00").code == 1


def test_verify_of_the_lessons_changed_since_a_commit(run, copy):
    def git(*arguments):
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=copy, check=True, capture_output=True)

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--message", "all")
    said = run("dev", "verify", "--since", "HEAD").out
    assert said == "No lesson has changed since HEAD: everything holds.\n"

    text = copy / "lessons/01-farewell/README.md"
    text.write_text(text.read_text() + "\nMore.\n")
    said = run("dev", "verify", "--since", "HEAD", "--no-wrong-answers").out
    assert said == "01-farewell: everything holds.\n"


def test_verify_since_what_is_no_commit(run, copy):
    ended = run("dev", "verify", "--since", "nothing")

    assert ended.code == 2
    assert "git cannot tell what has changed since 'nothing'." in ended.err


def test_verify_prints_one_line_for_each_finding(run, copy):
    (copy / "lessons/01-farewell/starter/app/farewell.py").write_text("changed = 1\n")

    ended = run("dev", "verify", "01", "--no-wrong-answers")

    assert ended.code == 1
    where = "lessons/01-farewell/starter/app/farewell.py"
    lines = [line for line in ended.out.splitlines() if line.startswith(where)]
    assert lines == [f"{where}: is not in step with the solution. Run: checker dev build"]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("lessons/01-farewell/lesson.toml", "title = 1", "lessons/01-farewell/lesson.toml: title"),
        ("lessons/01-farewell/notes.txt", "", "lessons/01-farewell/notes.txt: is no part"),
        ("solutions/09-nothing/app/x.py", "", "solutions/09-nothing: belongs to no lesson."),
    ],
)
def test_verify_of_what_is_broken_is_1_and_a_line(run, copy, file, text, said):
    (copy / file).parent.mkdir(parents=True, exist_ok=True)
    (copy / file).write_text(text)

    ended = run("dev", "verify", "--no-wrong-answers")

    assert ended.code == 1
    assert any(line.startswith(said) for line in ended.out.splitlines())


def test_verify_of_a_lesson_without_a_solution(run, copy):
    shutil.rmtree(copy / "solutions")

    ended = run("dev", "verify")

    assert ended.code == 1
    assert "solutions/00-greeting: is missing." in ended.out
    assert "Traceback" not in ended.out + ended.err


def test_matrix_shows_item_check_and_wrong_answer(run):
    ended = run("dev", "matrix", "00")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "00-greeting",
        "  structure.config",
        f"    {'00.name':<26} name",
        "  structure.main",
        f"    {'00.hello':<26} hello",
    ]


def test_matrix_is_1_where_a_check_has_no_wrong_answer(run, copy):
    (copy / "tests/wrong_answers/00-greeting/name.toml").unlink()
    ended = run("dev", "matrix")
    assert ended.code == 1
    assert "NO WRONG ANSWER" in ended.out
