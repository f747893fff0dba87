"""Wrong answers are small edits to a solution, and one that does not fit is said."""

import pytest

from checker.curriculum.library import CurriculumError
from checker.curriculum.wrong_answers import apply
from checker.curriculum.wrong_answers import load as load_wrong_answers

FILE = "tests/wrong_answers/01-farewell/goodbye.toml"
EDIT = """find = 'return "Goodbye"'
replace = 'print("Goodbye")'
"""


@pytest.fixture
def wrong_answers(load):
    def wrong_answers():
        curriculum = load()
        return load_wrong_answers(curriculum, curriculum.lesson("01"))

    return wrong_answers


@pytest.fixture
def applied(load, wrong_answers, tmp_path):
    """Apply the one wrong answer and give the project."""

    def applied():
        curriculum = load()
        [wrong] = wrong_answers()
        apply(curriculum, curriculum.lesson("01"), wrong, tmp_path / "project")
        return tmp_path / "project"

    return applied


def test_a_wrong_answer_names_its_check_and_the_words_to_be_read(wrong_answers):
    [wrong] = wrong_answers()
    assert (wrong.name, wrong.check) == ("goodbye", "01.goodbye")
    assert wrong.seen == ("goodbye returns nothing.",)


def test_a_lesson_without_any_has_none(load, root):
    (root / FILE).unlink()
    curriculum = load()
    assert load_wrong_answers(curriculum, curriculum.lesson("01")) == ()


def test_several_for_one_check_are_variants(root, wrong_answers):
    (root / FILE).with_name("goodbye--late.toml").write_text((root / FILE).read_text())
    assert [wrong.name for wrong in wrong_answers()] == ["goodbye--late", "goodbye"]


def test_a_text_is_replaced_and_all_else_is_the_solution(applied):
    project = applied()
    assert 'print("Goodbye")' in (project / "app/farewell.py").read_text()
    assert "warmer" in (project / "app/greeting.py").read_text()


def test_a_file_gets_new_content_in_a_folder_of_its_own(change, applied):
    change(FILE, 'file = "app/farewell.py"', 'file = "app/new/other.py"')
    change(FILE, EDIT, 'content = "x = 1"\n')
    assert (applied() / "app/new/other.py").read_text() == "x = 1"


def test_a_file_is_deleted(change, applied):
    change(FILE, EDIT, "delete = true\n")
    assert not (applied() / "app/farewell.py").exists()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('return "Goodbye"', 'return "Adieu"', "app/farewell.py holds 0 times: 'return \"Adieu"),
        (
            "find = 'return \"Goodbye\"'",
            'find = "oodbye"',
            "app/farewell.py holds 3 times: 'oodbye'.",
        ),
        ("app/farewell.py", "app/gone.py", "app/gone.py: No such file or directory."),
    ],
)
def test_an_edit_that_does_not_fit_is_said(change, applied, old, new, sentence):
    change(FILE, old, new)
    with pytest.raises(CurriculumError) as caught:
        applied()
    assert caught.value.sentence.startswith(f"goodbye.toml: {sentence}")


def test_a_deletion_of_what_is_not_there_is_said(change, applied):
    change(FILE, "app/farewell.py", "app/gone.py")
    change(FILE, EDIT, "delete = true\n")
    with pytest.raises(CurriculumError, match=r"app/gone\.py: No such file or directory\."):
        applied()


def test_an_edit_of_what_is_no_text_is_said(root, applied):
    (root / "solutions/01-farewell/app/farewell.py").write_bytes(b"\xff")
    with pytest.raises(CurriculumError, match=r"app/farewell\.py: no text in UTF-8\."):
        applied()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("check =", "check", "not readable as TOML"),
        ('why = "The', 'colour = "red"\nwhy = "The', "colour: Extra inputs are not permitted."),
        ('check = "01.goodbye"\n', "", "check: Field required."),
        ('["goodbye returns nothing."]', "[]", "seen: "),
        ('["goodbye returns nothing."]', '[""]', "seen.0: String should have at least 1 char"),
        (EDIT, "", "edit.0: an edit has either find and replace, or content, or delete = true."),
        (EDIT, "find = 'return'\n", "edit.0: an edit has either find and replace"),
        (EDIT, f'content = "x"\n{EDIT}', "edit.0: an edit has either find and replace"),
        ('"01.goodbye"', '"01.hello"', "check: 01.hello does not fit the file's name."),
    ],
)
def test_a_mistake_names_file_key_and_reason(change, wrong_answers, old, new, reason):
    change(FILE, old, new)
    with pytest.raises(CurriculumError) as caught:
        wrong_answers()
    assert caught.value.sentence.startswith(f"{FILE}: {reason}")


def test_bytes_that_are_no_text_are_said(root, wrong_answers):
    (root / FILE).write_bytes(b"\xff")
    with pytest.raises(CurriculumError, match=f"{FILE}: not readable as TOML"):
        wrong_answers()
