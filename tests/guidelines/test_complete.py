"""Whoever has passed every lesson has both checklists complete."""

import io
import re

from rich.console import Console

from checker.curriculum import load_curriculum
from checker.curriculum.checks import declared_checks
from checker.report.guidelines_view import render_guidelines
from checker.report.model import ItemResult, Report, Verdict
from checker.workspace import Progress

CURRICULUM = load_curriculum()


def report(lesson):
    """What a grading reports of a lesson all of whose checks pass."""
    claimed = {
        item for facts in declared_checks(lesson).values() for item in facts.get("items", ())
    }
    items = tuple(
        ItemResult(id=item, text="", outcome=Verdict.PASSED, checks=()) for item in sorted(claimed)
    )
    passed = Verdict.PASSED
    return Report(
        lesson=lesson.id,
        outcome=passed,
        isolation="process",
        seed=0,
        duration_ms=0,
        items=items,
        checks=(),
    )


def shown(progress):
    out = io.StringIO()
    console = Console(file=out, width=80)
    render_guidelines(CURRICULUM.course.catalogue, progress.items(), console)
    return out.getvalue()


def test_both_checklists_are_complete_when_every_lesson_is_passed():
    progress = Progress()
    for lesson in CURRICULUM.lessons[:-1]:
        progress = progress.graded(report(lesson))
    catalogue = CURRICULUM.course.catalogue
    sections = [section for section in catalogue.sections if catalogue.graded_in(section.id)]

    progress = progress.graded(report(CURRICULUM.lessons[-1]))

    counted = re.findall(r"\((\d+) of (\d+)\)", shown(progress))
    complete = [(done, of) for done, of in counted if of != "0"]
    assert len(complete) == len(sections)
    assert all(done == of for done, of in complete)
    assert "✗" not in shown(progress)
