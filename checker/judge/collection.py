"""How a lesson's checks are collected: by a pytest that nothing but the lesson has a say in.

It has a process of its own, a judge's; whatever it imports and sets is gone with that.
"""

import os
import sys

import pytest

from checker.curriculum import Lesson
from checker.judge import plugin


def collect(lesson: Lesson, runner: object) -> None:
    """Start pytest and collect the lesson's checks, with `runner` as a plugin that runs them.

    Nothing of the environment or of any configuration file has a say in it.
    """
    course = lesson.course
    kit = ("-p", "kit.fixtures") if course.kit and (course.kit / "fixtures.py").is_file() else ()
    sys.path.insert(0, str(course.folder))
    for name in _PYTESTS:
        os.environ.pop(name, None)
    pytest.main(
        [
            str(lesson.folder / "checks"),
            *("-c", os.devnull, "--rootdir", str(lesson.folder), "--noconftest"),
            *("--import-mode=importlib", "--assert=plain", "--capture=no", "--strict-markers"),
            *("--disable-plugin-autoload", "--continue-on-collection-errors"),
            *(f"-pno:{name}" for name in _UNUSED),
            *kit,
        ],
        plugins=[plugin, runner],
    )


_PYTESTS = ("PYTEST_VERSION", "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
"""Variables by which a pytest is told what to do; what they say is not meant for a grading."""

_UNUSED = ("terminal", "cacheprovider", "logging", "faulthandler", "junitxml", "doctest")
"""pytest's own plugins that a grading has no use for."""
