"""A lesson's checks as functions, and the fixtures that they ask for, without pytest."""

import contextlib
import importlib
import importlib.util
import inspect
import pkgutil
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

import kit.fixtures
from bench.floor.http import http
from checker.curriculum import Lesson
from checker.judge import evidence
from checker.judge.declaration import ATTRIBUTE, slug
from checker.judge.judge import Judge

Fixtures = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Case:
    """One check. Of fixtures with one name it has its module's, then the kit's, then ours."""

    id: str
    function: FunctionType
    file: Path
    fixtures: Fixtures

    def run(self, judge: Judge) -> None:
        """Call the check. Raises what it says."""
        node = SimpleNamespace(path=self.file, name=self.function.__name__)
        made: dict[str, Any] = {"grading": judge}
        judge.begin(self.id, getattr(self.function, ATTRIBUTE), self.file)
        with ExitStack() as stack:
            made["request"] = SimpleNamespace(
                path=self.file,
                node=node,
                fixturenames=self._names(self.function),
                getfixturevalue=lambda name: self._value(name, made, stack),
            )
            self._call(self.function, made, stack)

    def _names(self, function: Callable[..., Any]) -> set[str]:
        """The fixtures that a check asks for, and those that these ask for."""
        names = set(inspect.signature(function).parameters)
        fixtures = [self.fixtures[name] for name in names if name in self.fixtures]
        return names.union(*map(self._names, fixtures))

    def _call(self, function: Callable[..., Any], made: dict[str, Any], stack: ExitStack) -> Any:
        """Call a check or a fixture with what its parameters name."""
        names = inspect.signature(function).parameters
        return function(**{name: self._value(name, made, stack) for name in names})

    def _value(self, name: str, made: dict[str, Any], stack: ExitStack) -> Any:
        if name not in made:
            fixture = self.fixtures[name]
            if inspect.isgeneratorfunction(fixture):
                fixture = contextlib.contextmanager(fixture)
                made[name] = stack.enter_context(self._call(fixture, made, stack))
            else:
                made[name] = self._call(fixture, made, stack)
        return made[name]


def cases(lesson: Lesson) -> list[Case]:
    """The lesson's checks in its order, imported from its folder."""
    shared: dict[str, Callable[..., Any]] = {}
    for found in pkgutil.iter_modules(evidence.__path__, f"{evidence.__name__}."):
        shared |= _fixtures(importlib.import_module(found.name))
    shared |= {"http": http, **_fixtures(kit.fixtures)}
    checks = {}
    for file in sorted((lesson.folder / "checks").glob("test_*.py")):
        module = _imported(file)
        own = {**shared, **_fixtures(module)}
        for name, function in vars(module).items():
            if isinstance(function, FunctionType) and hasattr(function, ATTRIBUTE):
                id_ = f"{lesson.number}.{slug(name)}"
                checks[id_] = Case(id_, function, file, own)
    return [checks[id_] for id_ in lesson.checks]


def _fixtures(module: ModuleType) -> dict[str, Callable[..., Any]]:
    return {
        name: inspect.unwrap(value)
        for name, value in vars(module).items()
        if type(value).__name__ == "FixtureFunctionDefinition"
    }


def _imported(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"_floor_{file.stem}", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
