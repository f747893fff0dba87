"""Bugs are found by their content, in the reference of every lesson that has them."""

import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.bugs import Bug, load_bugs, put_in, service, shown
from checker.curriculum.composition import solved
from checker.curriculum.library import CurriculumError

CURRICULUM = load_curriculum()
FILES = {
    "app/a.py": "class A:\n    def f(self):\n        return 1\n\n\ndef f():\n    return 1\n",
    "app/b.py": "LIMIT = 2\n",
}
LATER = [lesson for lesson in CURRICULUM.lessons if lesson.number >= "08"]


def bug(*edits):
    return Bug.model_validate({"name": "a-bug", "group": "g", "bug": "it is so", "edit": edits})


def test_an_edit_is_found_in_whichever_file_holds_it():
    assert put_in(bug({"find": "= 2", "replace": "= 3"}), FILES) == {"app/b.py": "LIMIT = 3\n"}


@pytest.mark.parametrize("within", ["A.f", "f"])
def test_an_edit_may_name_what_it_is_within(within):
    edit = {"find": "return 1", "replace": "return 9", "within": within}
    [text] = put_in(bug(edit), FILES).values()
    assert text.index("9") < text.index("def f():") if within == "A.f" else text.endswith("9\n")


@pytest.mark.parametrize("find", ["return 1", "nowhere"])
def test_an_edit_that_stands_not_once_is_told(find):
    with pytest.raises(CurriculumError, match=r"a-bug: .* stands"):
        put_in(bug({"find": find, "replace": ""}), FILES)


def test_a_bug_is_shown_as_a_diff():
    text = shown(bug({"find": "= 2", "replace": "= 3"}), FILES)
    assert "-LIMIT = 2\n+LIMIT = 3\n" in text


@pytest.mark.parametrize("lesson", LATER, ids=lambda lesson: lesson.id)
def test_the_bugs_of_this_lesson_and_of_those_before_fit_its_reference(lesson):
    """A suite is graded on the reference of the lesson that its project has reached."""
    files = service(solved(CURRICULUM, lesson))
    for owner in (*CURRICULUM.up_to(lesson), lesson):
        for each in load_bugs(owner):
            assert put_in(each, files)
