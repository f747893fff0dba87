"""Which overrides are seen that an app still has after its tests."""

import sys
from textwrap import dedent
from types import ModuleType

import pytest

from checker.subject.suite.overrides import overrides


@pytest.fixture
def held(tmp_path, monkeypatch):
    """What is seen of a module of the project with that text, in which `App()` has an override."""

    def held(text):
        module = ModuleType("some_tests")
        module.__file__ = str(tmp_path / "some_tests.py")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        before = "class Far:\n    __module__ = 'a_library'\nclass App(Far):\n"
        before += "    __module__ = 'a_library'\n    def __init__(self):\n"
        before += "        self.dependency_overrides = {print: None}\n"
        exec(before + dedent(text), vars(module))
        return overrides(tmp_path)

    return held


@pytest.mark.parametrize(
    "text",
    [
        "app = App()",
        "class Tests:\n    app = App()",
        "class Tests:\n    class Inside:\n        apps = [App()]",
        "class Helper:\n    def __init__(self):\n        self.app = App()\nhelper = Helper()",
        "class Slim:\n    __slots__ = ('app',)\nslim = Slim()\nslim.app = App()",
        "apps = {'one': (App(),)}",
        "import functools\n@functools.cache\ndef app():\n    return App()\napp()",
        "def outer():\n    app = App()\n    return lambda: app\ninner = outer()",
        "def ask(app=App()):\n    pass",
    ],
)
def test_an_app_that_a_module_holds_is_seen(held, text):
    assert held(text) == ["print"]


@pytest.mark.parametrize(
    "text",
    [
        "app = App()\napp.dependency_overrides.clear()",
        "def use():\n    app = App()\nuse()",
        "class Library:\n    __module__ = 'a_library'\n    app = App()",
        "ring = []\nring.append(ring)",
    ],
)
def test_an_app_that_is_cleared_or_gone_is_not(held, text):
    assert held(text) == []
