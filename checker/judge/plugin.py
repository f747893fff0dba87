"""The pytest plugin: gives checks their evidence, and every check one outcome.

A session's worker sets a `Judge` before each check. Plain pytest makes one from the command line,
so that an editor can run the checks: `pytest lessons/01-models/checks --submission PATH`.
"""

import importlib
import pkgutil
from pathlib import Path

import pytest

from checker.curriculum import Course, load_curriculum
from checker.judge import evidence, hooks
from checker.judge.evidence import Grading
from checker.judge.items import check_id, declaration_of, position
from checker.judge.judge import Judge
from checker.judge.submission import project_folder

KEY: pytest.StashKey[Judge] = pytest.StashKey()


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    pluginmanager.add_hookspecs(hooks)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Each kind of evidence brings its own fixture, and is a plugin for that."""
    for module in pkgutil.iter_modules(evidence.__path__, f"{evidence.__name__}."):
        pluginmanager.register(importlib.import_module(module.name))
    group = parser.getgroup("checker")
    group.addoption("--submission", type=Path, help="the project to grade")
    group.addoption("--seed", type=int, help="repeat the random data of an earlier run")
    group.addoption("--deadline", type=float, default=10.0, help="seconds for each request")


def pytest_configure(config: pytest.Config) -> None:
    if config.option.submission is not None:
        config.stash[KEY] = Judge(
            project_folder(config.option.submission, _course(config)),
            seed=config.option.seed,
            deadline=config.option.deadline,
        )


def _course(config: pytest.Config) -> Course:
    """The course of the checks that plain pytest was asked to run."""
    asked = Path(config.args[0].partition("::")[0]).resolve()
    for folder in (asked, *asked.parents):
        if (folder / "course.toml").is_file():
            return load_curriculum(folder.parent).course
    raise pytest.UsageError("Name the checks to run: lessons/NN-name/checks.")


def pytest_unconfigure(config: pytest.Config) -> None:
    if judge := config.stash.get(KEY, None):
        judge.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run checks in the order of the lesson's tasks, causes before what they block."""
    items.sort(key=position)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    judge = item.config.stash.get(KEY, None)
    if judge and (declaration := declaration_of(item)):
        judge.begin(check_id(item), declaration, item.path)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> pytest.TestReport | None:
    """Our own report, in place of a traceback that nobody reads and that costs most of the time."""
    judge = item.config.stash.get(KEY, None)
    declaration = declaration_of(item)
    if judge is None or declaration is None:
        return None
    faults = hooks.faults_of(item.config) if call.excinfo else ()
    result = judge.record(check_id(item), declaration, call, faults)
    outcome, message = judge.as_pytest(result, call)
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords=dict.fromkeys(item.keywords, 1),
        outcome=outcome,
        longrepr=message if outcome != "skipped" else (str(item.path), 0, message or ""),
        when=call.when if call.when != "collect" else "call",
        duration=call.duration,
        start=call.start,
        stop=call.stop,
    )


def _judge(request: pytest.FixtureRequest) -> Judge:
    judge = request.config.stash.get(KEY, None)
    if judge is None:
        raise pytest.UsageError("Say which project to grade: --submission PATH.")
    return judge


@pytest.fixture
def grading(request: pytest.FixtureRequest) -> Grading:
    """What all evidence of a check comes from."""
    return _judge(request)
