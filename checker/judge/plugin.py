"""The pytest plugin: gives checks their evidence, and every check one outcome.

`grade` passes it a ready `Judge`. Plain pytest makes one from the command line, so that an editor
can run the checks: `pytest lessons/01-models/checks --submission PATH`.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.curriculum import Course, load_curriculum
from checker.judge.evidence import (
    Command,
    Database,
    Definitions,
    Http,
    PostsApi,
    Probe,
    Project,
    Source,
    SqliteDatabase,
)
from checker.judge.evidence.definitions import PROBES
from checker.judge.grading import project_folder
from checker.judge.outcomes import Judge, declared, expected_by, position

KEY: pytest.StashKey[Judge] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("checker")
    group.addoption("--submission", type=Path, help="the project to grade")
    group.addoption("--seed", type=int, help="repeat the random data of an earlier run")
    group.addoption("--deadline", type=float, default=10.0, help="seconds for each request")


def pytest_configure(config: pytest.Config) -> None:
    plugins = config.pluginmanager.get_plugins()
    judge = next((plugin for plugin in plugins if isinstance(plugin, Judge)), None)
    if judge is None and config.option.submission is not None:
        judge = Judge(
            project_folder(config.option.submission, _course(config)),
            seed=config.option.seed,
            deadline=config.option.deadline,
        )
        config.pluginmanager.register(judge)
    if judge is not None:
        config.stash[KEY] = judge


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
    if judge and (declaration := declared(item)):
        judge.begin(declaration)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> pytest.TestReport | None:
    """Our own report, in place of a traceback that nobody reads and that costs most of the time."""
    judge = item.config.stash.get(KEY, None)
    declaration = declared(item)
    if judge is None or declaration is None:
        return None
    result = judge.note(expected_by(item), declaration, call)
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
def source(request: pytest.FixtureRequest) -> Source:
    """The submission's files, parsed and never run."""
    return _judge(request).source


@pytest.fixture
def project(request: pytest.FixtureRequest) -> Project:
    """This check's own copy of the submission, its environment set for tests."""
    return _judge(request).project(request.node.path)


@pytest.fixture
def database(request: pytest.FixtureRequest, project: Project) -> Database:
    """This check's own database, where the submission's DATABASE_URL points. Empty at first."""
    _ = project.root  # made now, or the folder would be cleared again
    return _judge(request).databases.empty()


@pytest.fixture
def sqlite(project: Project) -> SqliteDatabase:
    """A SQLite file of this check's own, where the submission's DATABASE_URL then points.

    For what only SQLite does, on whichever database the other checks are. Empty at first.
    """
    database = SqliteDatabase(project.beside / "check.db")
    project.env["DATABASE_URL"] = database.url
    return database


@pytest.fixture
def probe(request: pytest.FixtureRequest, project: Project) -> Probe:
    """Calls functions of the lesson's `probes.py` beside the learner's code."""
    return Probe(project, request.path.parent / "probes.py", _judge(request).memory)


@pytest.fixture
def definitions(request: pytest.FixtureRequest, source: Source, project: Project) -> Definitions:
    """Says where the submission defines what can be imported: `definitions("app.models.User")`."""
    return Definitions(source, Probe(project, PROBES, _judge(request).memory))


@pytest.fixture
def command(project: Project) -> Command:
    """Runs alembic and other commands in this check's copy."""
    return Command(project)


@pytest.fixture
def http(request: pytest.FixtureRequest, project: Project) -> Iterator[Http]:
    """The learner's app, served for this check alone."""
    probes = request.path.parent / "probes.py"
    served = Http(project, probes if probes.exists() else None)
    yield served
    served.stop(gently=False)  # a check that looks at the stop has asked for it itself


@pytest.fixture
def migrated(request: pytest.FixtureRequest, command: Command, project: Project) -> Database:
    """This check's own database with the submission's migrations applied, and no rows.

    A check has this one or `database`, not both.
    """
    env = project.env
    here = env["DATABASE_URL"]

    def upgrade(template: Database) -> None:
        env["DATABASE_URL"] = template.url
        try:
            command.must("alembic", "upgrade", "head", wanted="The migrations of lesson 02.")
        finally:
            env["DATABASE_URL"] = here

    _ = project.root
    return _judge(request).databases.filled("migrated", upgrade)


@pytest.fixture
def api(
    request: pytest.FixtureRequest, http: Http, migrated: Database, rng: random.Random
) -> PostsApi:
    """The posts service over a migrated database, with users and posts to be made in it."""
    return PostsApi(http, migrated, rng, _judge(request).memory)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Random data that a seed repeats: the same for a check whichever others run."""
    return random.Random(f"{_judge(request).seed}:{request.node.name}")
