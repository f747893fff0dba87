"""Every notebook runs from top to bottom, and leaves nothing behind."""

import nbformat
import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.library import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
IDS = {"argvalues": NOTEBOOKS, "ids": lambda path: path.stem}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("path", **IDS)
def test_a_notebook_runs_and_leaves_nothing_behind(path, tmp_path, monkeypatch):
    from nbclient import NotebookClient

    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.chdir(tmp_path)
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute(cwd=str(tmp_path))
    assert "items passed" in _printed(notebook.cells[-1])
    assert [entry for entry in temporary.iterdir() if entry.name.startswith(("tmp", "posts"))] == []
    assert list(tmp_path.iterdir()) == [temporary]


@pytest.mark.parametrize("path", **IDS)
def test_a_notebook_is_committed_without_output(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_every_lesson_between_the_first_and_the_capstone_has_its_notebook():
    wanted = [lesson.id for lesson in load_curriculum().lessons[1:-1]]
    assert [path.stem for path in NOTEBOOKS] == wanted


def _printed(cell) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)
