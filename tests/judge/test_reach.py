"""Source that reaches into the interpreter or the checker is told, with its places."""

import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.composition import solved, write
from checker.judge import reach
from checker.judge.reach import look, reaches

CURRICULUM = load_curriculum()


@pytest.fixture
def project(tmp_path):
    (tmp_path / "app").mkdir()
    return tmp_path


def places(project):
    return [str(each) for each in reaches(project)]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("import gc", "gc"),
        ("from gc import get_objects as everything", "gc.get_objects"),
        ("import os, ctypes.util", "ctypes.util"),
        ("from _ctypes import PyObj_FromPtr", "_ctypes.PyObj_FromPtr"),
        ("from checker.subject import child", "checker.subject.child"),
        ("import checker", "checker"),
        ("import kit.look", "kit.look"),
        ("import __main__", "__main__"),
        ("from sys import _getframe", "sys._getframe"),
        ("from inspect import stack", "inspect.stack"),
        ("frame = sys._getframe(1)", "sys._getframe"),
        ("threading.setprofile(print)", "threading.setprofile"),
        ("sys.settrace(print)", "sys.settrace"),
        ("sys.monitoring.use_tool_id(1, 'x')", "sys.monitoring"),
        ("found = sys.modules['a' + 'b']", "sys.modules"),
        ("locals_ = frame.f_back.f_lineno", "f_back"),
        ("frame = error.__traceback__.tb_frame", "tb_frame"),
        ("known = honest.__globals__['answers']", "__globals__"),
        ("getattr(sys, '_getframe')()", "sys._getframe"),
        ("getattr(frame(), 'f_locals')", "f_locals"),
        ("importlib.import_module('gc')", "gc"),
        ("exec(text)", "exec"),
    ],
)
def test_what_reaches_is_told(project, line, what):
    (project / "app/a.py").write_text(f"'''Text.'''\n\n{line}\n")
    assert places(project) == [f"{what} at app/a.py:3"]


def test_an_alias_hides_nothing(project):
    (project / "app/a.py").write_text("import sys as s, inspect as i\ns.settrace\ni.stack()\n")
    assert places(project) == ["sys.settrace at app/a.py:2", "inspect.stack at app/a.py:3"]


@pytest.mark.parametrize(
    "line",
    [
        "import gclib, mygc, checkers, logging, traceback",
        "from . import gc, checker",
        "from app.checker import check",
        "inspect.signature(print)",
        "sys.path.insert(0, '.')",
        "if __name__ == '__main__': pass",
        "re.compile('a').match('a')",
        "session.exec(query)",
        "getattr(user, 'name')",
        "importlib.import_module('app.models')",
        "text = 'import gc'",
        "def broken(:",
    ],
)
def test_what_does_not_is_left_alone(project, line):
    (project / "app/a.py").write_text(f"{line}\n")
    assert places(project) == []


def test_places_are_in_order_and_each_is_told_once(project):
    (project / "app/b.py").write_text("import gc\n")
    (project / "app/a.py").write_text("import ctypes\nimport gc; import gc\n")
    assert places(project) == ["ctypes at app/a.py:1", "gc at app/a.py:2", "gc at app/b.py:1"]


def test_no_more_than_the_first_places_are_told(project):
    (project / "app/a.py").write_text("import gc\n" * 100)
    assert len(reaches(project)) == reach.MOST


def test_the_encoding_is_what_the_file_says(project):
    code = "# coding: utf-7\n# +AAo-import gc\n"
    assert "\nimport gc" in code.encode("ascii").decode("utf-7")
    (project / "app/a.py").write_text(code)
    assert places(project) == ["gc at app/a.py:3"]


def test_compiled_code_is_told(project):
    (project / "app/fast.so").write_bytes(b"\x7fELF")
    assert places(project) == ["compiled code, .so at app/fast.so:1"]


@pytest.mark.parametrize("text", ["x = 1\n" * 50_000, "-" * 200_000 + "1\n"])
def test_what_cannot_be_looked_at_is_told_and_the_next_file_is_looked_at(project, text):
    (project / "app/a.py").write_text(text)
    (project / "app/b.py").write_text("import gc\n")
    assert places(project) == [f"{look.UNREAD} at app/a.py:1", "gc at app/b.py:1"]


def test_where_the_look_itself_ends_the_file_is_told(project, monkeypatch):
    script = project / "look.py"
    script.write_text('import os\nprint(\'{"file": "app/a.py"}\', flush=True)\nos.abort()\n')
    monkeypatch.setattr(look, "__file__", str(script))
    assert places(project) == [f"{look.UNREAD} at app/a.py:1"]


def test_nothing_of_it_is_run(project):
    (project / "app/a.py").write_text("open('ran', 'w')\n")
    (project / "ast.py").write_text("raise SystemExit\n")
    reaches(project)
    assert not (project / "ran").exists()


@pytest.mark.parametrize("number", ["01", "02", "03", "04", "05", "06", "07"])
def test_the_reference_reaches_for_nothing(tmp_path, number):
    write(solved(CURRICULUM, CURRICULUM.lesson(number)), tmp_path / "project")
    assert places(tmp_path / "project") == []
