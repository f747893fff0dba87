"""The learner's tests, graded by what they find: on the reference, on refactors, on mutants."""

import shutil
import tomllib
from pathlib import Path

import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.composition import base, overlay
from checker.curriculum.wrong_answers import Edit, change
from checker.judge import check, expect
from checker.judge.evidence import Probe, Project, Source

HERE = Path(__file__).parent
CURRICULUM = load_curriculum(HERE.parents[2])
REFERENCE = base(CURRICULUM, CURRICULUM.lesson(HERE.parent.name))
MUTANTS = tomllib.loads((HERE / "mutants.toml").read_text(encoding="utf-8"))["mutant"]
FILES = ("tests/conftest.py", "tests/test_models.py", "tests/test_posts.py", "tests/test_users.py")
FEWEST = 15
NEAREST = {
    "models": ["model"],
    "services": ["service", "posts", "users"],
    "routes": ["route", "api", "posts", "users"],
}
"""Words of files where a bug of each group is likely to make a test fail."""

ADVICE = {
    "requested an async fixture": '@pytest_asyncio.fixture, or asyncio_mode = "auto" under'
    " [tool.pytest] in pyproject.toml.",
    "unexpected keyword argument 'app'": "AsyncClient(transport=ASGITransport(app=app), …)",
    "500": "Where the app was not started: async with app.router.lifespan_context(app).",
}
"""What to do about failures of one's own tests that many begin with, by words of the message."""

SURVIVORS = 1
"""How many bugs of one group may go unnoticed."""


@pytest.fixture
def patient(project: Project) -> Project:
    """The project, with time for a whole suite."""
    project.deadline = max(project.deadline, 60.0)
    return project


@check(
    title="pytest finds your tests and can import them",
    items=["structure.tests", "structure.pyproject", "topic.pytest"],
    why="A module that pytest cannot import tests nothing, and in a large suite nobody notices.",
    read="Before the first test",
    errata=["E28"],
)
def test_collects(source: Source, patient: Project, probe: Probe):
    missing = [file for file in FILES if not source.exists(file)]
    expect(
        not missing,
        seen=f"There is no {', no '.join(missing)}.",
        wanted=f"The files {', '.join(FILES)}.",
    )
    found = probe.shared("suite", doing="running your tests")
    expect(
        not found["broken"],
        seen=f"pytest cannot collect a module: {_first(found['broken'])}",
        wanted='Every name imported, and pythonpath = ["."] under [tool.pytest] in pyproject.toml'
        " so that `app` is found.",
    )
    number = len(found["passed"]) + len(found["failed"])
    expect(
        number >= FEWEST,
        seen=f"pytest runs {number} tests.",
        wanted=f"At least {FEWEST}, over models, services and the API.",
    )


@check(
    title="Your tests pass on your own service",
    items=["principle.testing"],
    why="A suite with a red test in it is one that people stop reading.",
    read="Fixtures",
    errata=["E29", "E30", "E33"],
    needs=["08.collects"],
)
def test_own_service(patient: Project, probe: Probe):
    found = probe.shared("suite", doing="running your tests")
    seen = _told(found, "your service")
    advice = (text for words, text in ADVICE.items() if words in seen)
    expect(not found["failed"], seen=seen, wanted=f"All green. {next(advice, '')}".rstrip())


@check(
    title="Your tests pass on the reference",
    items=["principle.testing"],
    why="Tests that know more than the contract fail when the code is right.",
    read="What a test may know",
    needs=["08.own-service"],
)
def test_reference(patient: Project, probe: Probe):
    _install(patient)
    found = probe("suite", doing="running your tests on the reference")
    expect(
        not found["failed"] and not found["broken"],
        seen=_told(found, "the reference"),
        wanted="All green: test only what the lessons' tables promise.",
    )


@check(
    title="Your tests pass on a service that is built another way",
    items=["principle.testing"],
    why="A test that fails when only the inside changes makes every improvement twice the work.",
    read="What a test may know",
    needs=["08.reference"],
)
def test_refactors(patient: Project, probe: Probe):
    for folder in sorted((HERE / "refactors").iterdir()):
        _install(patient, overlay(folder))
        found = probe("suite", first_failure=True, doing="running your tests on a refactored app")
        expect(
            not found["failed"] and not found["broken"],
            seen=_told(found, f"a service with the same behaviour ({folder.name})"),
            wanted="All green: status codes, fields and rows, not wording or private names.",
        )


@check(
    title="Your tests notice bugs in the models",
    items=["model.tests"],
    why="What only Python checks will one day be wrong in the table.",
    read="Tests that find something",
    needs=["08.reference"],
)
def test_model_bugs(patient: Project, probe: Probe):
    _hunt("models", patient, probe)


@check(
    title="Your tests notice bugs in the services",
    items=["endpoint.unit-tests"],
    why="The rules of the business are what nobody sees in a response until it is too late.",
    read="Tests that find something",
    needs=["08.reference"],
)
def test_service_bugs(patient: Project, probe: Probe):
    _hunt("services", patient, probe)


@check(
    title="Your tests notice bugs in the API",
    items=["endpoint.integration-tests"],
    why="Clients are written against status codes and fields; each one that moves breaks them.",
    read="Tests that find something",
    needs=["08.reference"],
)
def test_route_bugs(patient: Project, probe: Probe):
    _hunt("routes", patient, probe)


@check(
    title="Your tests pass in any order, and twice",
    items=["topic.pytest"],
    why="A test that needs another one before it fails on the day somebody runs it alone.",
    read="Tests that leave nothing",
    errata=["E34"],
    needs=["08.reference"],
)
def test_random_order(patient: Project, probe: Probe, rng):
    for _ in range(2):
        seed = rng.randrange(10**6)
        found = probe("suite", seed=seed, doing=f"running your tests in random order (seed {seed})")
        expect(
            not found["failed"] and not found["broken"],
            seen=_told(found, f"your service in random order (seed {seed})"),
            wanted="All green in every order: each test makes what it needs.",
        )


@check(
    title="Your tests leave nothing behind",
    items=["structure.tests"],
    why="A connection, a file or an override that stays changes the tests that come after.",
    read="Tests that leave nothing",
    errata=["E32"],
    needs=["08.own-service"],
)
def test_leaves_nothing(patient: Project, probe: Probe):
    found = probe.shared("suite", doing="running your tests")
    expect(
        not found["new_files"],
        seen=f"After the tests there are new files: {', '.join(found['new_files'][:3])}.",
        wanted="A database in tmp_path, which pytest clears away.",
    )
    expect(
        not found["overrides"],
        seen=f"app.dependency_overrides still holds {', '.join(found['overrides'])}.",
        wanted="app.dependency_overrides.clear() after the yield of the fixture, or no override.",
    )
    expect(
        not found["leaks"],
        seen=f"A connection was left open: {_first(found['leaks'])}",
        wanted="await engine.dispose() after the yield of the fixture.",
    )


@check(
    title="Your tests use a database in a file",
    items=["topic.pytest"],
    why="All sessions of :memory: share one connection, so tests see what was never committed.",
    read="Fixtures",
    errata=["E31"],
    needs=["08.collects"],
)
def test_database_file(patient: Project, probe: Probe):
    found = probe.shared("suite", doing="running your tests")
    memory = [name for name in found["databases"] if "memory" in name or not name]
    expect(
        not memory,
        seen="Your tests connect to a database in memory.",
        wanted="sqlite+aiosqlite:/// and a path in tmp_path.",
    )


def _hunt(layer: str, project: Project, probe: Probe):
    """Put each bug of a layer into the reference, and see whether any test fails."""
    mutants = [mutant for mutant in MUTANTS if mutant["layer"] == layer]
    survivors = []
    for mutant in mutants:
        _install(project)
        for edit in mutant["edit"]:
            change(project.root, Edit(**edit), "mutants.toml")
        found = probe(
            "suite",
            first_failure=True,
            near=[*mutant.get("near", []), *NEAREST[layer]],
            doing="running your tests on a bug",
        )
        if not found["failed"] and not found["broken"]:
            survivors.append(mutant["bug"])
    killed = len(mutants) - len(survivors)
    expect(
        len(survivors) <= SURVIVORS,
        seen=f"Your tests notice {killed} of {len(mutants)} bugs. They still pass when "
        f"{'; when '.join(survivors)}.",
        wanted=f"At least {len(mutants) - SURVIVORS} of {len(mutants)} noticed.",
    )


def _install(project: Project, over=None):
    """Put the reference's app in the place of the learner's, with other files laid over it."""
    shutil.rmtree(project.root / "app", ignore_errors=True)
    for name, path in {**REFERENCE, **(over or {})}.items():
        if name.startswith("app/"):
            target = project.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _told(found, where: str) -> str:
    """The first failure of a run, in a sentence."""
    if found["broken"]:
        return f"On {where}, pytest cannot collect a module: {_first(found['broken'])}"
    name, told = next(iter(found["failed"].items()), ("", ""))
    number = len(found["failed"])
    return f"On {where}, {number} {'test fails' if number == 1 else 'tests fail'}: {name}: {told}"


def _first(texts) -> str:
    return texts[0] if texts else ""
