"""Each invariant that only grading can show, broken in one way, is one clear finding."""

import shutil
from pathlib import Path

import pytest

from checker.cli import main
from checker.curriculum import load_curriculum
from checker.curriculum.verify import Finding
from checker.judge.verify import verify

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parents[1] / "cli" / "sample"
SOLUTION = "solutions/01-farewell/app/farewell.py"
STARTER = "lessons/01-farewell/starter/app/farewell.py"
WRONG = "tests/wrong_answers/01-farewell/goodbye.toml"
CHECKS = "lessons/01-farewell/checks/test_farewell.py"


@pytest.fixture(autouse=True)
def short_deadline(monkeypatch):
    """Some of the sample's answers never end."""
    monkeypatch.setattr("checker.judge.verify.DEADLINE", 5.0)


@pytest.fixture
def root(tmp_path):
    shutil.copytree(SAMPLE, tmp_path / "sample", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "sample"


def findings(root):
    curriculum = load_curriculum(root)
    lessons = [curriculum.lesson("01")]
    return [str(each) for _, found in verify(curriculum, lessons) for each in found]


def test_every_step_is_named_as_it_is_done(root):
    curriculum = load_curriculum(root)
    steps = [step for step, _ in verify(curriculum, [curriculum.lesson("01")], jobs=2)]
    assert steps == [
        "folders",
        "01-farewell: files",
        "01-farewell: mutants",
        "01-farewell: solution",
        "01-farewell: starter",
        "01-farewell: wrong answer goodbye",
    ]


def test_the_sample_holds_to_all_of_them(root):
    assert findings(root) == []


def edit(root, file, old, new):
    path = root / file
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def needs_goodbye(root):
    """Add a check that passes and that waits for goodbye."""
    text = (root / CHECKS).read_text()
    second = text.partition("@check")[2].replace("test_goodbye", "test_there")
    second = second.replace("expect(found,", "expect(True,")
    second = second.replace('read="Say it"', 'read="Say it", needs=["01.goodbye"]')
    (root / CHECKS).write_text(f"{text}\n\n@check{second}")
    edit(root, "lessons/01-farewell/lesson.toml", '"01.goodbye"', '"01.goodbye", "01.there"')


def test_a_solution_that_fails(root):
    edit(root, CHECKS, "expect(found,", "expect(not found,")
    assert (
        "solutions/01-farewell: does not pass 01.goodbye: goodbye returns nothing. A word."
        " Silence is rude."
    ) in findings(root)


def test_a_starter_that_passes_an_item(root):
    edit(root, STARTER, "raise NotImplementedError", "return NotImplementedError")
    assert "lessons/01-farewell/starter: passes structure.main as it is." in findings(root)


def test_a_starter_that_does_not_import(root):
    path = root / STARTER
    path.write_text(f"import nowhere\n{path.read_text()}")
    assert (
        "lessons/01-farewell/starter: app.farewell does not import:"
        " ModuleNotFoundError: No module named 'nowhere'"
    ) in findings(root)


def test_a_starter_that_ends_its_process(root):
    (root / STARTER).write_text("import os\n\nos._exit(3)\n")
    assert (
        "lessons/01-farewell/starter: app.farewell does not import: it ends with exit code 3"
    ) in findings(root)


def test_a_starter_that_fails_by_an_import(root):
    edit(root, CHECKS, "goodbye returns nothing.", "ImportError: no name goodbye.")
    edit(root, WRONG, "goodbye returns nothing.", "ImportError: no name goodbye.")
    assert findings(root) == [
        "lessons/01-farewell/starter: 01.goodbye fails by an import: ImportError: no name goodbye."
    ]


def test_overlays_that_make_no_project(root):
    for name in ("solutions", "lessons/00-greeting/starter", "lessons/01-farewell/starter"):
        shutil.rmtree(root / name)
    assert {
        "solutions/01-farewell: makes no project: there is no app/ folder.",
        "lessons/01-farewell/starter: makes no project: there is no app/ folder.",
    } <= set(findings(root))


def test_a_check_that_breaks_is_never_taken_for_the_starters_failure(root):
    edit(root, CHECKS, "    expect(found,", "    raise KeyError\n    expect(found,")
    found = findings(root)
    assert any("lessons/01-farewell/starter: 01.goodbye: failed" in each for each in found)


def test_a_wrong_answer_that_passes(root):
    edit(root, WRONG, """replace = 'print("Goodbye")'""", """replace = 'return "Bye"'""")
    assert findings(root) == [f"{WRONG}: does not fail 01.goodbye: passed"]


def test_a_wrong_answer_whose_message_lacks_the_words(root):
    edit(root, WRONG, '"goodbye returns nothing."', '"goodbye is silent"')
    [finding] = findings(root)
    assert finding.startswith(
        f"{WRONG}: the message of 01.goodbye does not say 'goodbye is silent'"
    )


def test_a_wrong_answer_that_no_longer_fits(root):
    edit(root, WRONG, """find = 'return "Goodbye"'""", """find = 'return "Adieu"'""")
    [finding] = findings(root)
    assert finding.startswith(f"{WRONG}: app/farewell.py holds 0 times:")


def test_a_wrong_answer_to_a_file_that_is_gone(root):
    edit(root, WRONG, "app/farewell.py", "app/gone.py")
    assert findings(root) == [f"{WRONG}: app/gone.py: No such file or directory."]


def test_a_wrong_answer_that_cannot_be_read_is_told_once(root):
    edit(root, WRONG, "check =", "check")
    [finding] = findings(root)
    assert finding.startswith(f"01-farewell: {WRONG}: not readable as TOML")


def test_a_wrong_answer_for_an_unknown_check_is_told_once_and_the_others_graded(root):
    other = (root / WRONG).with_name("absent.toml")
    other.write_text((root / WRONG).read_text().replace("01.goodbye", "01.absent"))
    edit(root, WRONG, '"goodbye returns nothing."', '"goodbye is silent"')
    unknown, silent = findings(root)
    assert unknown == (
        "tests/wrong_answers/01-farewell/absent.toml: names 01.absent: no such check."
    )
    assert "does not say 'goodbye is silent'" in silent


def test_a_wrong_answer_by_which_the_check_itself_breaks(root):
    edit(root, CHECKS, "    expect(found,", "    found or {}['x']\n    expect(found,")
    [finding] = [each for each in findings(root) if "cannot read its evidence" in each]
    assert finding.startswith(f"{WRONG}: 01.goodbye")


def test_what_a_wrong_answer_blocks_is_not_held_against_it(root):
    needs_goodbye(root)
    assert [each for each in findings(root) if each.startswith(f"{WRONG}: ")] == []


def test_a_wrong_answer_that_fails_another_check_too(root):
    extra = (root / CHECKS).read_text()
    second = extra.partition("@check")[2].replace("test_goodbye", "test_again")
    (root / CHECKS).write_text(f"{extra}\n\n@check{second}")
    edit(root, "lessons/01-farewell/lesson.toml", '"01.goodbye"', '"01.goodbye", "01.again"')
    assert (
        f"{WRONG}: also fails 01.again: failed goodbye returns nothing. A word. Silence is rude."
        in findings(root)
    )


def test_a_wrong_answer_with_an_erratum_that_its_check_does_not_name(root):
    edit(root, WRONG, "seen = [", 'errata = ["E07"]\nseen = [')
    assert findings(root) == [f"{WRONG}: 01.goodbye does not name E07."]


def test_a_wrong_answer_that_lists_a_check_which_passes(root):
    edit(root, "lessons/01-farewell/lesson.toml", '"01.goodbye"', '"01.goodbye", "01.there"')
    text = (root / CHECKS).read_text()
    second = text.partition("@check")[2].replace("test_goodbye", "test_there")
    always = second.replace("expect(found,", "expect(True,")
    (root / CHECKS).write_text(f"{text}\n\n@check{always}")
    edit(root, WRONG, "seen = [", 'also = ["01.there"]\nseen = [')
    assert f"{WRONG}: passes 01.there, which it lists under also." in findings(root)


def test_the_command_is_0_when_all_holds_and_1_with_a_line_when_it_does_not(
    root, monkeypatch, capsys
):
    monkeypatch.setenv("CHECKER_CURRICULUM", str(root))
    assert main(["dev", "verify", "01"]) == 0
    edit(root, WRONG, '"goodbye returns nothing."', '"goodbye is silent"')
    capsys.readouterr()
    assert main(["dev", "verify", "01"]) == 1
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{WRONG}: the message of 01.goodbye does not say 'goodbye is silent'")


@pytest.mark.parametrize("again", [[], ["Again."]], ids=["held by itself", "not held either"])
def test_what_is_found_beside_others_counts_where_it_is_found_again(
    root, monkeypatch, capsys, again
):
    sentences = [["At first."], again]

    def graded(*_):
        return [Finding(WRONG, each) for each in sentences.pop(0)]

    monkeypatch.setattr("checker.judge.verify.verify_wrong_answer", graded)
    monkeypatch.setenv("CHECKER_CURRICULUM", str(root))
    assert main(["dev", "verify", "01", "--jobs", "2"]) == len(again)
    printed = capsys.readouterr()
    assert (f"{WRONG}: Again." in printed.out.splitlines()) == bool(again)
    remark = f"{WRONG}: At first. Not so when graded by itself."
    assert (remark in printed.err.splitlines()) == (not again)
    assert sentences == []


@pytest.mark.parametrize(
    "file", [SOLUTION, CHECKS, WRONG, "lessons/01-farewell/lesson.toml", STARTER]
)
def test_the_command_never_ends_in_a_traceback(root, file, monkeypatch, capsys):
    monkeypatch.setenv("CHECKER_CURRICULUM", str(root))
    (root / file).write_bytes(b"\xff\0(")
    assert main(["dev", "verify", "01"]) == 1
    printed = capsys.readouterr()
    assert "Traceback" not in printed.out + printed.err
    assert Path(file).name in printed.out
