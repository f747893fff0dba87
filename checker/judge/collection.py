"""Collects a lesson's checks, with a pytest that ignores all configuration but the lesson's.

It runs in a judge's own process, and cleans nothing up.
"""

import os
import sys

import pytest

from checker.curriculum import Lesson
from checker.curriculum.checks import FOLDERS
from checker.judge import plugin


def collect(lesson: Lesson, runner: object) -> None:
    """Start pytest and collect the lesson's checks, with `runner` as a plugin that runs them.

    Neither the environment nor any configuration file changes how it runs.
    """
    course = lesson.course
    folders = [each for name in FOLDERS if (each := lesson.folder / name).is_dir()]
    kit = ("-p", "kit.fixtures") if course.kit and (course.kit / "fixtures.py").is_file() else ()
    sys.path.insert(0, str(course.folder))
    for name in _PYTESTS:
        os.environ.pop(name, None)
    pytest.main(
        [
            *map(str, folders),
            *("-c", os.devnull, "--rootdir", str(lesson.folder), "--noconftest"),
            *("--import-mode=importlib", "--assert=plain", "--capture=no", "--strict-markers"),
            *("--disable-plugin-autoload", "--continue-on-collection-errors"),
            *(f"-pno:{name}" for name in _UNUSED),
            *kit,
        ],
        plugins=[plugin, runner],
    )


_PYTESTS = ("PYTEST_VERSION", "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
"""Variables that configure a pytest: another one than this."""

_UNUSED = ("terminal", "cacheprovider", "logging", "faulthandler", "junitxml", "doctest")
"""pytest's own plugins that a grading has no use for."""
