"""A starter is its solution with bodies left to the learner."""

import textwrap

import pytest

from checker.curriculum.lesson import Blank
from checker.curriculum.library import CurriculumError
from checker.curriculum.starters import blanked, build, generate

CODE = '''"""A module."""

from functools import cache


@cache
def first(number: int) -> int:
    """Keep me."""
    return number + 1


async def second() -> None:
    print("second")  # a comment


class Third:
    """A class."""

    limit = 3
    size: int = 4

    def method(self) -> int:
        """Its docstring."""
        return self.limit

    class Inner:
        deep = True
'''


def blank(name, **options):
    return blanked(CODE, [Blank(name=name, task="01.1", **options)], "lesson.toml")


def body(text):
    return textwrap.dedent(text).strip()


def test_a_function_keeps_signature_decorator_and_docstring():
    assert body('''
        @cache
        def first(number: int) -> int:
            """Keep me."""
            raise NotImplementedError("TODO 01.1")
    ''') in blank("first")


def test_an_async_function_stays_async():
    assert body("""
        async def second() -> None:
            raise NotImplementedError("TODO 01.1")
    """) in blank("second")


def test_a_method_is_named_with_its_class():
    code = blank("Third.method")
    assert '        """Its docstring."""\n        raise NotImplementedError("TODO 01.1")' in code
    assert "limit = 3" in code


def test_a_class_keeps_its_docstring_and_what_is_named():
    assert blank("Third", keep=("limit", "Inner")).endswith(
        'class Third:\n    """A class."""\n\n    limit = 3\n\n    class Inner:\n'
        "        deep = True\n\n    # TODO 01.1\n"
    )


def test_a_docstring_can_be_the_learners_to_write():
    code = blank("Third", keep=("size",), docstring=False)
    assert code.endswith("class Third:\n    size: int = 4\n\n    # TODO 01.1\n")


def test_a_class_with_nothing_left_is_still_python():
    code = blank("Third", docstring=False)
    compile(code, "starter", "exec")
    assert "# TODO 01.1" in code


def test_all_else_is_kept_to_the_letter():
    code = blank("first")
    assert code.replace('raise NotImplementedError("TODO 01.1")', "return number + 1") == CODE


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"name": "fourth"}, "the solution has no fourth"),
        ({"name": "Third.other"}, r"the solution has no Third\.other"),
        ({"name": "Third", "keep": ("colour",)}, "Third has no colour to keep"),
    ],
)
def test_a_name_that_is_not_there_is_said(options, sentence):
    with pytest.raises(CurriculumError, match=sentence):
        blank(**options)


def test_files_of_earlier_lessons_never_go_into_a_starter(load):
    curriculum = load()
    files = generate(curriculum, curriculum.lesson("01"))
    assert list(files) == ["app/farewell.py"]


def test_a_file_without_a_rule_is_given_as_it_is(load, change, root):
    change("solutions/01-farewell/notes.txt", new="given")
    curriculum = load()
    assert generate(curriculum, curriculum.lesson("01"))["notes.txt"] == b"given"


def test_a_file_can_be_left_to_the_learner_whole(load, change):
    change("solutions/01-farewell/notes.txt", new="not given")
    rule = '[[starter]]\nfile = "notes.txt"\nomit = true\n\n[[starter]]'
    change("lessons/01-farewell/lesson.toml", "[[starter]]", rule)
    curriculum = load()
    assert "notes.txt" not in generate(curriculum, curriculum.lesson("01"))


def test_a_rule_for_a_file_that_the_solution_does_not_add_is_said(load, change):
    change("lessons/01-farewell/lesson.toml", '"app/farewell.py"', '"app/greeting.py"')
    curriculum = load()
    with pytest.raises(CurriculumError, match=r"adds no file app/greeting\.py"):
        generate(curriculum, curriculum.lesson("01"))


def test_build_writes_what_changed_and_removes_what_is_stale(load, change, root):
    change("lessons/01-farewell/starter/app/farewell.py", new="edited by hand\n")
    change("lessons/01-farewell/starter/old/stale.py", new="x = 1\n")
    curriculum = load()
    lesson = curriculum.lesson("01")
    assert build(curriculum, lesson) == ["app/farewell.py", "old/stale.py"]
    assert not (root / "lessons/01-farewell/starter/old").exists()
    assert build(curriculum, lesson) == []


def test_build_leaves_handwritten_files_alone(load, change, root):
    change("lessons/01-farewell/lesson.toml", "[[tasks]]", 'handwritten = ["bad.py"]\n\n[[tasks]]')
    change("lessons/01-farewell/starter/bad.py", new="bad = 'on purpose'\n")
    curriculum = load()
    assert build(curriculum, curriculum.lesson("01")) == []
    assert (root / "lessons/01-farewell/starter/bad.py").exists()
