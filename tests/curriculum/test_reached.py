"""How far a project has come: by a later lesson's mark, whatever folder the project is in."""

import pytest

from checker.curriculum.reached import later_contracts, reached, reference, superseded


@pytest.fixture
def curriculum(root, load):
    """Lesson 02 changes the contract, and supersedes a check of lesson 00."""
    toml = root / "lessons/02-manners/lesson.toml"
    said = (
        'mark = "app.marked"\n\n[[supersedes]]\ncheck = "00.hello"\nwhy = "It bows."\n\n[[tasks]]'
    )
    toml.write_text(toml.read_text().replace("[[tasks]]", said, 1))
    (root / "solutions/02-manners/app/marked.py").write_text("")
    return load()


@pytest.mark.parametrize("file", ["app/marked.py", "app/marked/__init__.py", "app/marked/parts.py"])
def test_a_project_with_the_mark_keeps_the_later_contract(curriculum, tmp_path, file):
    first, second, last = curriculum.lessons
    assert later_contracts(curriculum, first, tmp_path) == []
    assert reached(curriculum, first, tmp_path) is first
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).touch()
    assert reached(curriculum, first, tmp_path) is last
    assert "app/marked.py" in reference(curriculum, second, tmp_path)


def test_what_is_superseded_is_told_with_its_reason(curriculum, tmp_path):
    first, second, _ = curriculum.lessons
    assert superseded(curriculum, first, tmp_path) == {}
    (tmp_path / "app").mkdir()
    (tmp_path / "app/marked.py").touch()
    told = superseded(curriculum, first, tmp_path)
    assert told == {"00.hello": "00.hello is not asked any more, since lesson 02: It bows."}
    assert superseded(curriculum, second, tmp_path) == {}
