"""A small curriculum that holds to every invariant, to be broken in one way at a time."""

import shutil
from pathlib import Path

import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.verify import verify_folders, verify_structure

SAMPLE = Path(__file__).parents[1] / "cli" / "sample"


@pytest.fixture
def root(tmp_path):
    """A copy of the sample curriculum."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(SAMPLE, tmp_path / "sample", ignore=ignore)
    return tmp_path / "sample"


@pytest.fixture
def change(root):
    """Replace a text in one of the sample's files; `None` for `new` deletes the file."""

    def change(file, old="", new=None):
        path = root / file
        if new is None:
            path.unlink()
        elif old:
            text = path.read_text()
            assert text.count(old) == 1
            path.write_text(text.replace(old, new))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(new)

    return change


@pytest.fixture
def load(root):
    """Read the sample as it is now."""
    return lambda: load_curriculum(root)


@pytest.fixture
def findings(load):
    """What does not hold in the sample's files as they are now."""

    def findings():
        curriculum = load()
        found = verify_folders(curriculum)
        for lesson in curriculum.lessons:
            found += verify_structure(curriculum, lesson)
        return [str(finding) for finding in found]

    return findings
