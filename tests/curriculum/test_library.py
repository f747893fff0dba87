"""Lessons are found by any of their names, and a mistake in one is said."""

import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.library import CurriculumError
from checker.errors import UserError

FILE = "lessons/01-farewell/lesson.toml"


@pytest.mark.parametrize("name", ["01-farewell", "01", "1", "farewell"])
def test_a_lesson_is_found_by_each_of_its_names(load, name):
    assert load().lesson(name).id == "01-farewell"


def test_an_unknown_lesson_is_said_with_those_there_are(load):
    with pytest.raises(UserError) as caught:
        load().lesson("77")
    assert caught.value.sentence == "There is no lesson '77'."
    assert "00-greeting, 01-farewell, 02-manners" in caught.value.next_step


def test_lessons_know_their_neighbours(load):
    curriculum = load()
    first, second, third = curriculum.lessons
    assert curriculum.up_to(third) == (first, second)
    assert curriculum.after(first) == second
    assert curriculum.after(third) is None


def test_a_lesson_knows_the_task_of_each_check(load):
    lesson = load().lesson("00")
    assert lesson.checks == ("00.hello", "00.name")
    assert [lesson.task_of(check).id for check in lesson.checks] == ["00.1", "00.2"]
    with pytest.raises(KeyError):
        lesson.task_of("00.absent")


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('title = "Farewell"', "title = ", "", "not readable as TOML"),
        ("minutes = 15", "minutes = 1", "minutes", "greater than or equal to 5"),
        ("minutes = 15", "minuts = 15", "minutes", "Field required"),
        ('learnt = "Your', 'colour = "red"\nlearnt = "Your', "colour", "not permitted"),
        (
            'id = "01.1"',
            'id = "02.1"',
            "tasks: ",
            "02.1 does not begin with the lesson's number",
        ),
        ('hints = ["Say it."]', 'hints = ["1", "2", "3", "4"]', "tasks.0.hints", "at most 3"),
        ('hints = ["Say it."]', "hints = []", "tasks.0.hints", "at least 1"),
        ('"01.goodbye"', '"goodbye", "01.goodbye"', "tasks.0.checks.0", "pattern"),
        ('task = "01.1" }', 'task = "01.7" }', "starter: ", "names no task: 01.7"),
        ('learnt = "Your farewell is warm."\n', "", "learnt", "Field required"),
        ('title = "Farewell"', 'id = "x"\ntitle = "Farewell"', "id", "comes from the folder"),
    ],
)
def test_a_mistake_names_file_key_and_reason(change, load, old, new, key, reason):
    change(FILE, old, new)
    with pytest.raises(CurriculumError) as caught:
        load()
    sentence = caught.value.sentence
    assert sentence.startswith(FILE)
    assert key in sentence
    assert reason in sentence
    assert "Value error" not in sentence


@pytest.mark.parametrize(
    ("id_", "check", "reason"),
    [
        ("01.1", "01.x", "tasks: two tasks have the id 01.1."),
        ("01.2", "01.goodbye", "tasks: 01.goodbye is listed twice."),
    ],
)
def test_two_tasks_that_share_what_they_must_not_are_said(change, load, id_, check, reason):
    second = f'[[tasks]]\nid = "{id_}"\ntitle = "x"\nchecks = ["{check}"]\nhints = ["x"]\n'
    change(FILE, "[[starter]]", f"{second}\n[[starter]]")
    with pytest.raises(CurriculumError) as caught:
        load()
    assert caught.value.sentence == f"{FILE}: {reason}"


BLANK = 'blank = [{ name = "goodbye", task = "01.1" }]'


@pytest.mark.parametrize(
    ("rule", "handwritten", "reason"),
    [
        (f"{BLANK}\nomit = true", "", "starter.0: {file} is left out, so nothing in it can be"),
        (
            'blank = [{ name = "x", task = "01.1" }, { name = "x", task = "01.1" }]',
            "",
            "starter.0: {file}: x is blanked twice.",
        ),
        (f'{BLANK}\n\n[[starter]]\nfile = "{{file}}"', "", "starter: {file} has two entries."),
        (BLANK, '"{file}"', "handwritten: {file} has an entry under starter"),
    ],
)
def test_rules_of_a_starter_that_contradict_each_other_are_said(
    change, load, rule, handwritten, reason
):
    file = "app/farewell.py"
    change(FILE, BLANK, rule.replace("{file}", file))
    listed = handwritten.format(file=file)
    change(FILE, "[[tasks]]", f"handwritten = [{listed}]\n\n[[tasks]]")
    with pytest.raises(CurriculumError) as caught:
        load()
    assert caught.value.sentence.startswith(f"{FILE}: {reason.format(file=file)}")


def test_two_lessons_of_one_number_are_said(root, load):
    (root / "lessons/02-manners").rename(root / "lessons/01-manners")
    path = root / "lessons/01-manners/lesson.toml"
    path.write_text(path.read_text().replace("02.", "01."))
    with pytest.raises(CurriculumError) as caught:
        load()
    assert caught.value.sentence == (
        "lessons/01-manners/lesson.toml: id: 01-farewell has the number 01 already."
    )


def test_bytes_that_are_no_text_are_said(root, load):
    (root / FILE).write_bytes(b"\xff")
    with pytest.raises(CurriculumError, match=f"{FILE}: not readable as TOML"):
        load()


def test_a_folder_in_the_files_place_is_said(root, load):
    (root / FILE).unlink()
    (root / FILE).mkdir()
    with pytest.raises(CurriculumError, match=f"{FILE}: not readable: Is a directory"):
        load()


def test_a_folder_that_is_not_named_as_a_lesson_is_said(root, load):
    (root / "lessons" / "01-farewell").rename(root / "lessons" / "1_Farewell")
    with pytest.raises(CurriculumError, match=r"lessons/1_Farewell/lesson\.toml: id: .*pattern"):
        load()


@pytest.mark.parametrize(
    ("name", "id_"), [("01-models", "01-models"), ("1", "01-models"), ("0", "00-settings")]
)
def test_the_lessons_of_the_workshop_are_found_where_no_folder_is_named(name, id_):
    assert load_curriculum().lesson(name).id == id_


def test_a_folder_without_lessons_is_said(tmp_path):
    with pytest.raises(UserError, match="No lessons found"):
        load_curriculum(tmp_path)
