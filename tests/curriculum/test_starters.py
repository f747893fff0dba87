"""A starter is its solution with bodies left to the learner."""

import shutil
import textwrap

import pytest

from checker.curriculum.lesson import Blank
from checker.curriculum.library import CurriculumError
from checker.curriculum.starters import blanked, build, generate

CODE = '''"""A module."""

from functools import cache


LIMIT = (
    1 + 2
)


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


def test_a_modules_name_loses_its_value():
    assert "\nLIMIT = ...  # TODO 01.1\n\n\n@cache\n" in blank("LIMIT")


def test_a_classes_name_is_none_of_the_modules():
    with pytest.raises(CurriculumError):
        blank("limit")


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


def test_a_class_in_a_class_is_named_with_both():
    assert blank("Third.Inner").endswith("    class Inner:\n        pass\n\n        # TODO 01.1\n")


def test_a_function_on_one_line_is_blanked():
    code = blanked("def one(): return 1\n", [Blank(name="one", task="01.1")], "lesson.toml")
    assert code == 'def one():\n    raise NotImplementedError("TODO 01.1")\n'


def test_several_are_blanked_at_once_each_for_its_task():
    blanks = [Blank(name="first", task="01.1"), Blank(name="Third.method", task="01.2")]
    code = blanked(CODE, blanks, "lesson.toml")
    assert code.index("TODO 01.1") < code.index("TODO 01.2")
    assert 'print("second")' in code


def test_all_else_is_kept_to_the_letter():
    code = blank("first")
    assert code.replace('raise NotImplementedError("TODO 01.1")', "return number + 1") == CODE


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"name": "fourth"}, "the solution has no fourth"),
        ({"name": "Third.other"}, r"the solution has no Third\.other"),
        ({"name": "method"}, "the solution has no method"),
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


@pytest.mark.parametrize("content", [b"def (", b"\xff"])
def test_a_solution_that_is_no_python_is_said(load, root, content):
    (root / "solutions/01-farewell/app/farewell.py").write_bytes(content)
    curriculum = load()
    with pytest.raises(CurriculumError) as caught:
        generate(curriculum, curriculum.lesson("01"))
    assert caught.value.sentence == (
        "solutions/01-farewell/app/farewell.py: not readable as Python."
    )


def test_only_what_is_blanked_must_be_python(load, root):
    (root / "solutions/01-farewell/picture.py").write_bytes(b"\xff")
    curriculum = load()
    assert generate(curriculum, curriculum.lesson("01"))["picture.py"] == b"\xff"


def test_build_makes_a_whole_starter(load, root):
    before = (root / "lessons/01-farewell/starter/app/farewell.py").read_bytes()
    shutil.rmtree(root / "lessons/01-farewell/starter")
    curriculum = load()
    assert build(curriculum, curriculum.lesson("01")) == ["app/farewell.py"]
    assert (root / "lessons/01-farewell/starter/app/farewell.py").read_bytes() == before


def test_build_takes_what_python_left_behind_away(load, change, root):
    left = "lessons/01-farewell/starter/app/__pycache__/farewell.cpython-311.pyc"
    change(left, new="x")
    curriculum = load()
    assert build(curriculum, curriculum.lesson("01")) == []
    assert not (root / left).parent.exists()


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
