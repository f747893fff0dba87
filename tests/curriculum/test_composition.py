"""base(N), start(N) and solved(N), and how they are written."""

import errno
import os
import shutil

import pytest

from checker.curriculum.composition import base, overlay, solution, solved, start, starter, write
from checker.errors import UserError


def test_base_is_the_solutions_of_the_lessons_before(load, root):
    curriculum = load()
    tree = base(curriculum, curriculum.lesson("02"))
    assert sorted(tree) == ["app/__init__.py", "app/farewell.py", "app/greeting.py"]
    assert tree["app/greeting.py"] == root / "solutions/01-farewell/app/greeting.py"
    assert base(curriculum, curriculum.lesson("00")) == {}


def test_start_adds_the_starter_and_solved_the_solution(load):
    curriculum = load()
    lesson = curriculum.lesson("01")
    before = base(curriculum, lesson)
    assert start(curriculum, lesson) == {**before, **starter(lesson)}
    assert solved(curriculum, lesson) == {**before, **solution(lesson)}


def test_an_overlay_leaves_out_what_tools_leave_behind(tmp_path):
    left = ("__pycache__/a.pyc", ".ruff_cache/x", ".mypy_cache/x", ".pytest_cache/x", ".DS_Store")
    for name in ("a.py", *left, "b.pyc", "a.py.orig", ".a.py.swp", "a.py~", ".#a.py", "#a.py#"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list(overlay(tmp_path)) == ["a.py"]


def test_a_tree_is_written_with_its_content(load, tmp_path):
    curriculum = load()
    tree = solved(curriculum, curriculum.lesson("02"))
    write(tree, tmp_path / "new" / "project")
    written = overlay(tmp_path / "new" / "project")
    assert {name: path.read_bytes() for name, path in written.items()} == {
        name: path.read_bytes() for name, path in tree.items()
    }


def test_an_empty_folder_that_is_there_is_taken(load, tmp_path):
    (tmp_path / "mine").mkdir()
    curriculum = load()
    write(start(curriculum, curriculum.lesson("01")), tmp_path / "mine")
    assert "NotImplementedError" in (tmp_path / "mine/app/farewell.py").read_text()


def test_a_lesson_without_an_overlay_has_an_empty_one(tmp_path):
    assert overlay(tmp_path / "absent") == {}


def test_a_folder_that_holds_something_is_left_alone(load, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("dear diary")
    with pytest.raises(UserError, match="is there already"):
        write(base(load(), load().lesson("01")), tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["diary.txt"]


def test_a_file_in_the_way_is_said(load, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="is there already"):
        write(base(load(), load().lesson("01")), tmp_path / "file")


def test_a_place_that_cannot_be_written_to_is_said(load, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be written"):
        write(base(load(), load().lesson("01")), tmp_path / "file" / "below")


@pytest.mark.parametrize(
    ("reason", "next_step"),
    [
        (errno.ENOSPC, "Free some space, remove {to} and run the command again."),
        (errno.EDQUOT, "Free some space, remove {to} and run the command again."),
        (errno.EACCES, "Name a folder that you can write to."),
        (errno.EROFS, "Name a folder that you can write to."),
    ],
)
def test_what_the_disk_refuses_is_one_sentence(load, tmp_path, monkeypatch, reason, next_step):
    def refuse(source, target):
        raise OSError(reason, os.strerror(reason), str(target))

    monkeypatch.setattr(shutil, "copyfile", refuse)
    to = tmp_path / "mine"
    with pytest.raises(UserError) as caught:
        write(base(load(), load().lesson("01")), to)
    assert caught.value.sentence == f"{to} cannot be written: {os.strerror(reason)}."
    assert caught.value.next_step == next_step.format(to=to)
