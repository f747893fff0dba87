"""The judge never imports the submission's code."""

import os

from checker.curriculum import load_curriculum
from checker.curriculum.composition import solved, write
from checker.judge import Grader
from checker.report import Verdict

MARK = """
import os
with open({file!r}, "a") as marks:
    marks.write(f"{{os.getpid()}}\\n")
"""


def test_a_submission_marks_other_processes_and_never_the_judge(tmp_path):
    curriculum = load_curriculum()
    lesson = curriculum.lesson("01-models")
    project, marks = tmp_path / "project", tmp_path / "marks"
    write(solved(curriculum, lesson), project)
    for name in ("app/__init__.py", "app/models/__init__.py", "app/models/post.py"):
        path = project / name
        text = path.read_text()
        end = text.index('"""', 3) + 3
        future = "from __future__ import annotations\n"
        path.write_text(
            text[:end]
            + "\n"
            + (future if future in text else "")
            + MARK.format(file=str(marks))
            + text[end:].replace(future, "")
        )
    judges = {os.getpid()}
    with Grader(lesson) as grader:
        judges.add(grader.pid)
        report = grader.grade(project, on_result=lambda _: judges.update(grader.workers))
    assert report.outcome is Verdict.PASSED, [c.seen for c in report.checks if c.seen]
    seen = {int(line) for line in marks.read_text().split()}
    assert seen
    assert len(judges) > 2
    assert not judges & seen
