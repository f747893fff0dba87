"""Lessons are found by any of their names, and a mistake in one is said."""

import pytest

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


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('title = "Farewell"', "title = ", "", "not readable as TOML"),
        ("minutes = 15", "minutes = 1", "minutes", "greater than or equal to 5"),
        ("minutes = 15", "minuts = 15", "minutes", "Field required"),
        ('learnt = "Your', 'colour = "red"\nlearnt = "Your', "colour", "not permitted"),
        ('id = "01.1"', 'id = "02.1"', "", "does not begin with the lesson's number 01"),
        ('hints = ["Say it."]', 'hints = ["1", "2", "3", "4"]', "tasks.0.hints", "at most 3"),
        ('hints = ["Say it."]', "hints = []", "tasks.0.hints", "at least 1"),
        ('"01.goodbye"', '"01.goodbye", "01.goodbye"', "", "a check stands under two tasks"),
        ('task = "01.1" }', 'task = "01.7" }', "", "names no task: 01.7"),
        ('"01.goodbye"', '"goodbye"', "tasks.0.checks.0", "pattern"),
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


def test_two_tasks_with_one_id_are_said(change, load):
    again = '[[tasks]]\nid = "01.1"\ntitle = "x"\nchecks = ["01.x"]\nhints = ["x"]\n\n[[starter]]'
    change(FILE, "[[starter]]", again)
    with pytest.raises(CurriculumError, match="two tasks have one id"):
        load()


def test_a_folder_without_lessons_is_said(tmp_path):
    from checker.curriculum import load_curriculum

    with pytest.raises(UserError, match="No lessons found"):
        load_curriculum(tmp_path)
