"""A sample curriculum of three lessons, and a workspace at the first."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from checker.curriculum import load_curriculum
from checker.workspace import create

SAMPLE = Path(__file__).parents[1] / "cli" / "sample"
NOBODY = 65534


@pytest.fixture
def curriculum():
    return load_curriculum(SAMPLE)


@pytest.fixture
def lessons(curriculum):
    return curriculum.lessons


@pytest.fixture
def root(curriculum, tmp_path):
    """A new workspace at the first lesson."""
    root = tmp_path / "my-posts"
    create(curriculum, root, curriculum.lessons[0])
    return root


@pytest.fixture
def unprivileged():
    """A folder of an ordinary user's, and the test's file accesses made as that user's.

    Root may write anywhere, so permissions mean nothing to it.
    """
    folder = Path(tempfile.mkdtemp(prefix="checker-test-", dir="/tmp"))
    root = os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    yield folder
    if root:
        os.seteuid(0)
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o777)
    shutil.rmtree(folder)
