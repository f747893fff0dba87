"""Every Python block in a lesson's text runs, in order, as the text claims."""

import re
import subprocess
import sys

import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.checks import check_modules

LESSONS = load_curriculum().lessons
BLOCK = re.compile(
    r"^(?P<indent>(?:> ?)?)```python(?P<info>[^\n]*)\n(?P<code>.*?)^(?:> ?)?```$",
    re.MULTILINE | re.DOTALL,
)
BOX = re.compile(r"^> \*\*The guideline says / today\*\* \((E\d\d(?:, E\d\d)*)\)", re.MULTILINE)


def program(text: str) -> str:
    """The text's blocks as one script. `python raises=X` is a block that has to raise X."""
    parts = []
    for block in BLOCK.finditer(text):
        code = block["code"]
        if block["indent"]:
            code = "".join(line[2:] or "\n" for line in code.splitlines(keepends=True))
        if found := re.fullmatch(r" raises=(\w+)", block["info"]):
            body = "".join(f"    {line}" for line in code.splitlines(keepends=True))
            code = (
                f"try:\n{body}except Exception as error:\n"
                f"    assert type(error).__name__ == {found[1]!r}, repr(error)\n"
                f"else:\n    raise AssertionError('nothing was raised')\n"
            )
        elif block["info"]:
            raise ValueError(f"unknown block: python{block['info']}")
        parts.append(code)
    return "\n".join(parts)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_the_code_in_a_text_runs(lesson, tmp_path):
    code = program((lesson.folder / "README.md").read_text(encoding="utf-8"))
    assert code, "a lesson shows at least one idea in code"
    (tmp_path / "text.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "text.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_text_names_every_task_and_every_heading_that_checks_refer_to(lesson):
    text = (lesson.folder / "README.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    for task in lesson.tasks:
        assert f"Task {task.id}." in text
    for file in check_modules(lesson):
        for heading in re.findall(r'read="([^"]+)"', file.read_text(encoding="utf-8")):
            assert heading in headings, f"{file.name} sends the learner to {heading!r}"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_text_explains_each_of_its_errata(lesson):
    text = (lesson.folder / "README.md").read_text(encoding="utf-8")
    boxes = BOX.findall(text)
    explained = {erratum for box in boxes for erratum in box.split(", ")}
    assert explained == set(lesson.errata)


def test_a_block_that_should_raise_and_does_not_is_found(tmp_path):
    code = program("```python raises=KeyError\npass\n```\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"nothing was raised" in done.stderr


def test_the_pattern_finds_quoted_blocks():
    assert program("> ```python\n> x = 1\n> ```\n") == "x = 1\n"
