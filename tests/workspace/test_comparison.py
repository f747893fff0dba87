"""The learner's files against the reference's."""

import ast

import pytest

from checker.workspace import catch_up, diff


def by_file(found):
    return {each.file: each.text for each in found}


def test_from_the_learners_to_the_references(curriculum, root, lessons):
    text = by_file(diff(curriculum, root, lessons[0]))["app/greeting.py"]

    assert text.startswith("--- mine/app/greeting.py\n+++ reference/app/greeting.py\n")
    assert '-    raise NotImplementedError("TODO 00.1")' in text
    assert '+    return "Hello"' in text


def test_only_files_that_the_lessons_solution_touches(curriculum, root, lessons):
    (root / "app/ideas.py").write_text("mine")

    assert list(by_file(diff(curriculum, root, lessons[2]))) == ["app/manners.py"]


def test_a_file_that_is_not_there_yet(curriculum, root, lessons):
    text = by_file(diff(curriculum, root, lessons[1]))["app/farewell.py"]

    assert text.startswith("--- /dev/null\n+++ reference/app/farewell.py\n")


def test_equal_files_are_left_out(curriculum, root, lessons):
    catch_up(curriculum, root, lessons[1])

    assert diff(curriculum, root, lessons[0]) == []


def test_a_file_that_is_no_text(curriculum, root, lessons):
    (root / "app/greeting.py").write_bytes(b"\xff\xfe")

    assert "not UTF-8" in by_file(diff(curriculum, root, lessons[0]))["app/greeting.py"]


def test_a_last_line_without_an_end(curriculum, root, lessons):
    (root / "app/greeting.py").write_text("x = 1")

    assert "\\ No newline at end of file\n" in diff(curriculum, root, lessons[0])[0].text


def test_a_hunk_says_what_the_reference_says_of_that_code(curriculum, root, lessons):
    text = diff(curriculum, root, lessons[0])[0].text

    [head] = [line for line in text.splitlines() if line.startswith("@@")]
    assert head == "@@ -3,9 +3,9 @@ hello: Say hello to anyone."


@pytest.mark.parametrize(
    ("says", "said"),
    [
        ("Greets. And more.", "hello: Greets."),
        ("Greets" + 30 * " and greets" + ". More.", "hello: Greets and greets and greets"),
    ],
)
def test_it_says_so_in_one_sentence_and_one_line(
    curriculum, root, lessons, monkeypatch, says, said
):
    real = ast.get_docstring
    monkeypatch.setattr(ast, "get_docstring", lambda node: real(node) and says)
    text = diff(curriculum, root, lessons[0])[0].text

    [head] = [line for line in text.splitlines() if line.startswith("@@")]
    assert said in head
    assert "ore." not in head
    assert len(head) <= 80


def test_tests_that_are_lacking_are_named(curriculum, root, lessons, monkeypatch):
    (root / "tests").mkdir()
    (root / "tests/test_mine.py").write_text("def test_one(): ...\n")
    file = root.parent / "test_theirs.py"
    file.write_text("def test_one(): ...\nclass TestMore:\n    async def test_two(self): ...\n")
    for name in ("solution", "solved"):
        monkeypatch.setattr(
            f"checker.workspace.comparison.{name}", lambda *_: {"tests/test_theirs.py": file}
        )
    [found] = diff(curriculum, root, lessons[0])

    assert found.lacking == ("test_two",)
    assert found.lacks().endswith("yours has none of that name: test_two.")
