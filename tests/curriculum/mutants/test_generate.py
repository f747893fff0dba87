"""The mutants of a file: in order, no two alike, and known again by content."""

from checker.curriculum.mutants import Key, generate, mutants_of
from checker.curriculum.mutants.mutant import difference

CODE = '''"""A module."""

__all__ = ["Service"]


class Service:
    async def save(self) -> None:
        await self.commit()
        await self.commit()
'''


def keys(text):
    return [each.key for each in generate("app/x.py", text)]


def test_two_changes_that_look_alike_are_numbered():
    gone = [key for key in keys(CODE) if key.operator == "transaction" and key.changed == "pass"]
    alike = Key("app/x.py", "transaction", "Service.save", "await self.commit()", "pass")
    assert gone == [alike, alike._replace(nth=2)]


def test_moved_down_a_mutant_is_the_same():
    assert keys(CODE.replace('"""A module."""', '"""A module."""\n\nimport one')) == keys(CODE)


def test_no_two_mutants_are_the_same_code_and_none_is_the_original():
    codes = [each.code for each in generate("app/x.py", CODE)]
    assert len(codes) == len(set(codes))
    assert CODE not in codes


def test_they_come_from_top_to_bottom():
    numbers = [each.number for each in generate("app/x.py", CODE)]
    assert numbers == sorted(numbers)


def test_text_beyond_ascii_keeps_its_place():
    [changed] = [each.code for each in generate("app/x.py", 'f("→", a=1)\n') if "a=2" in each.code]
    assert changed == 'f("→", a=2)\n'


def test_what_stands_on_several_lines_is_one_line_of_a_key():
    [key] = [key for key in keys("f(\n    a,\n    b=c,\n)\n") if key.operator == "keyword-dropped"]
    assert (key.line, key.changed) == ("a, b=c,", "a,")


def shown(line, changed, width=76):
    return difference(Key("app/x.py", "constant", "", line, changed), width)


def test_a_difference_shows_whole_words():
    assert shown("limit = 100", "limit = 101") == "limit = {100 → 101}"
    assert shown("f(a=1, b=2)", "f(b=2)") == "f({a=1, → }b=2)".replace("a=1, →", "a=1,  →")
    assert shown("x = True", "pass") == "{x = True → pass}"


def test_a_long_difference_keeps_to_its_width():
    line = f"{'before, ' * 30}a=1{', after' * 30}"
    short = shown(line, line.replace("a=1", "a=2"))
    assert "{1 → 2}" in short
    assert len(short) <= 76
    assert len(shown("x" * 300, "pass")) <= 76


def test_of_a_file_that_a_lesson_changes_only_what_it_changes(load, change):
    curriculum = load()
    lesson = curriculum.lesson("01")
    assert {each.key.file for each in mutants_of(curriculum, lesson)} == {"app/farewell.py"}
    change(
        "solutions/01-farewell/app/greeting.py", '    return "Hello"', '    return "Hello" + "!"'
    )
    changed = [each.key.changed for each in mutants_of(curriculum, lesson)]
    assert 'return "Hello" - "!"' in changed
    assert not any("name" in each for each in changed)
