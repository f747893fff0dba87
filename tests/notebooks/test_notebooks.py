"""Every notebook keeps its word, in whatever order its cells are run, and leaves nothing behind."""

import random
import re
from contextlib import contextmanager

import nbformat
import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.library import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
IDS = {"argvalues": NOTEBOOKS, "ids": lambda path: path.stem}
RUNS = [
    *(pytest.param(path, False, id=path.stem) for path in NOTEBOOKS),
    *(
        pytest.param(
            path,
            True,
            id=f"{path.stem}-graded",
            marks=pytest.mark.corpus if path.stem > "15" else pytest.mark.slow,
        )
        for path in NOTEBOOKS
    ),
]
"""The last cell of each grades the lesson's reference, which takes as long as all others. With
`make slow` those of 15 and 16 are graded on Apache Kafka."""
WIDTH = 80
"""Columns of what a cell prints; the last one's report has colours."""
PASSED = "Your code beside the reference"
"""What a report says where every check has passed."""
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.mark.parametrize(("path", "graded"), RUNS)
def test_a_notebook_runs_and_leaves_nothing_behind(path, graded, tmp_path, monkeypatch):
    with running(path, tmp_path, monkeypatch) as (notebook, run):
        *cells, grading = code(notebook)
        for number in [*cells, grading] if graded else cells:
            run(number)
    *cells, grading = (notebook.cells[number] for number in code(notebook))
    if graded:
        assert PASSED in printed(grading), printed(grading)
    for cell in cells:
        assert [line for line in printed(cell).splitlines() if len(line) > WIDTH] == []
        for output in cell.outputs:
            data = output.get("data", {})
            assert "image/png" not in data, "look.show gives a picture its words"
            for words in re.findall(r'<img alt="([^"]*)"', data.get("text/html", "")):
                assert len(words.split()) > 5
    predicting = [cell for cell in cells if "predict" in cell.metadata.get("tags", ())]
    assert len(predicting) == 2
    for cell in predicting:
        assert "prediction = None\n" in cell.source
        assert "What would you have said?" in " ".join(printed(cell).split())


@pytest.mark.corpus
@pytest.mark.parametrize("path", **IDS)
def test_cells_run_again_and_twice_and_in_any_order(path, tmp_path, monkeypatch):
    """After "Run all", in the same kernel. What the last cell grades is the same each time."""
    with running(path, tmp_path, monkeypatch) as (notebook, run):
        *cells, grading = code(notebook)
        for number in (*cells, grading, *cells):
            run(number)
        for number in cells:
            run(number)
            run(number)
        for seed in (1, 2, 3):
            for number in random.Random(seed).sample(cells, len(cells)):
                run(number)
        run(grading)
    assert "items passed" in printed(notebook.cells[grading])


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


@pytest.mark.parametrize("path", **IDS)
def test_a_lessons_text_links_its_notebook(path):
    text = (ROOT / "lessons" / path.stem / "README.md").read_text(encoding="utf-8")
    assert f"](../../notebooks/{path.name})" in text


@contextmanager
def running(path, folder, monkeypatch):
    """A notebook, and what runs the cell of that number in its kernel."""
    from nbclient import NotebookClient

    temporary = folder / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.chdir(folder)
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=900, kernel_name="python3", resources=resources)
    client.create_kernel_manager().shutdown_wait_time = 60.0  # it ends brokers, and its folder
    with client.setup_kernel():
        yield notebook, lambda number: client.execute_cell(notebook.cells[number], number)
    assert [entry for entry in temporary.iterdir() if entry.name.startswith(("tmp", "posts"))] == []
    assert list(folder.iterdir()) == [temporary]


def code(notebook) -> list[int]:
    """The numbers of the cells that are run."""
    return [n for n, cell in enumerate(notebook.cells) if cell.cell_type == "code"]


def printed(cell) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)
