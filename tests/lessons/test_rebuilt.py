"""The services that lessons 08 and 17 run a suite on keep what those before ask for, and 17."""

import re

import pytest

from checker.curriculum.composition import write
from kit.suites import services_for

from .conftest import CURRICULUM, not_passed

TESTS = CURRICULUM.lesson("08")
BEFORE = [lesson for lesson in CURRICULUM.lessons if lesson.number < TESTS.number]


@pytest.mark.parametrize("lesson", BEFORE, ids=lambda lesson: lesson.id)
def test_the_rebuilt_service_passes(lesson, graders, tmp_path):
    write(services_for(TESTS.folder / "checks", tmp_path).rebuilt, tmp_path)
    report = graders.grade(lesson, tmp_path)
    assert not_passed(report) == {}


CAPSTONE = CURRICULUM.lesson("17")


@pytest.mark.corpus
def test_comments_with_other_names_inside_pass(graders, tmp_path):
    """The third of the honest answers to lesson 17, beside its two alternatives."""
    write(services_for(CAPSTONE.folder / "checks", tmp_path).rebuilt, tmp_path)
    report = graders.grade(CAPSTONE, tmp_path, deadline=60)
    assert not_passed(report) == {}


def test_comments_have_the_paths_of_the_requirement(tmp_path):
    """Which a test may know, the names in braces included."""
    rebuilt = services_for(CAPSTONE.folder / "checks", tmp_path).rebuilt
    routes = rebuilt["app/routes/comments.py"].read_text()
    requirement = rebuilt["REQUIREMENT.md"].read_text()
    asked = re.findall(r"^\| `[A-Z]+ (/[^`]+)`", requirement, re.MULTILINE)
    assert len(asked) == 5
    assert set(re.findall(r'"(/(?:posts|comments)/[^"]+)"', routes)) == set(asked)
