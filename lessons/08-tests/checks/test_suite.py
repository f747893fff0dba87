"""The learner's tests, graded by what they find: on the reference, rebuilt, and with bugs."""

from checker.judge import check, expect
from checker.judge.evidence import Run, Suite
from kit.suites import Services, first, green, hunt, tests_of

FEWEST = 15
LONGEST_SLEEP = 0.5
"""Seconds that one test may wait for nothing but time."""


@check(
    title="Plain pytest finds your tests, and they can import your service",
    items=["structure.pyproject", "topic.pytest"],
    why="A module that pytest cannot import tests nothing, and in a large suite nobody notices.",
    read="Before the first test",
    errata=["E28"],
)
def test_collects(suite: Suite):
    run = suite.on_own().in_order
    expect(
        not run.broken,
        seen=f"pytest cannot collect your tests: {first(run.broken)}",
        wanted='Every name imported, and pythonpath = ["."] under [tool.pytest] in pyproject.toml'
        " so that `app` is found.",
    )
    outside = sorted({test.partition("::")[0] for test in tests_of(run) if not _is_in_tests(test)})
    expect(
        bool(tests_of(run)) and not outside,
        seen=f"pytest finds tests in {', '.join(outside)}." if outside else "pytest finds no test.",
        wanted='Tests in the folder tests/, and testpaths = ["tests"] under [tool.pytest].',
    )


@check(
    title="Your tests pass on your own service",
    items=["principle.testing"],
    why="A suite with a red test in it is one that people stop reading.",
    read="Fixtures",
    errata=["E29", "E30", "E33"],
    needs=["08.collects"],
)
def test_own_service(suite: Suite):
    green(suite.on_own().in_order, "your service", "All green.")


@check(
    title="You have tests of models, services and the API",
    items=["structure.tests"],
    why="A rule that no test knows is gone one day, and nobody notices.",
    read="Before the first test",
    needs=["08.collects"],
)
def test_enough(suite: Suite):
    number = len(tests_of(suite.on_own().in_order))
    expect(
        number >= FEWEST,
        seen=f"pytest runs {number} {'test' if number == 1 else 'tests'}.",
        wanted=f"At least {FEWEST}, over models, services and the API.",
    )


@check(
    title="Your tests pass on the reference",
    items=["principle.testing"],
    why="Tests that know more than the contract fail when the code is right.",
    read="What a test may know",
    needs=["08.own-service"],
)
def test_reference(suite: Suite, services: Services):
    wanted = "All green: test only what the lessons' tables promise."
    green(suite.on_reference(services.reference).run, "the reference", wanted)


@check(
    title="Your tests pass on a service that is built another way",
    items=["principle.testing"],
    why="A test that fails when only the inside changes makes every improvement twice the work.",
    read="What a test may know",
    needs=["08.reference"],
)
def test_refactors(suite: Suite, services: Services, rng):
    green(
        suite.on_rebuilt(services.rebuilt, rng.randrange(10**6)).in_order,
        "a service with the same behaviour, built another way",
        "All green: status codes, fields and rows, not wording, private names or source, and of a"
        " new id no more than that there is one.",
        advice={},
    )


@check(
    title="Your tests notice bugs in the models",
    items=["model.tests"],
    why="What only Python checks will one day be wrong in the table.",
    read="Tests that find something",
)
def test_model_bugs(suite: Suite, services: Services, remark):
    _hunted("models", suite, services, remark)


@check(
    title="Your tests notice bugs in the services",
    items=["endpoint.unit-tests"],
    why="The rules of the business are what nobody sees in a response until it is too late.",
    read="Tests that find something",
)
def test_service_bugs(suite: Suite, services: Services, remark):
    _hunted("services", suite, services, remark)


@check(
    title="Your tests notice bugs in the API",
    items=["endpoint.integration-tests"],
    why="Clients are written against status codes and fields; each one that moves breaks them.",
    read="Tests that find something",
)
def test_route_bugs(suite: Suite, services: Services, remark):
    _hunted("routes", suite, services, remark)


@check(
    title="Your tests see what is committed",
    items=["topic.pytest"],
    why="All sessions of :memory: share one connection, so tests see what was never committed.",
    read="Fixtures",
    errata=["E31"],
    needs=["08.collects"],
)
def test_database_file(suite: Suite, services: Services):
    run = suite.on_own().disordered
    again = suite.on_reference(services.reference).run.places if run.places else ()
    shared = sorted(set(run.places).intersection(again))
    expect(
        not shared,
        seen=f"Every run of your tests connects to the same file, {first(shared)}.",
        wanted="A file in tmp_path, which is another one in each run: of two runs at the same time,"
        " each would change the other's tables.",
    )
    names = run.databases
    memory = [name for name in names if "memory" in name or not name]
    bugs = [bug for bug in services.bugs if bug.uncommitted] if memory else []
    unseen = suite.survivors(services.reference, bugs)
    expect(
        not unseen,
        seen="Your tests connect to a database in memory, and still pass when "
        f"{'; when '.join(bug.bug for bug in unseen)}.",
        wanted="sqlite+aiosqlite:/// and a path in tmp_path: there, a second session sees what was"
        " committed, and nothing else.",
    )


@check(
    title="Your tests pass backwards and in random order",
    items=["topic.pytest"],
    why="A test that needs another one before it fails on the day somebody runs it alone.",
    read="Tests that leave nothing",
    errata=["E34"],
    needs=["08.own-service", "08.refactors"],
)
def test_random_order(suite: Suite, services: Services, rng):
    wanted = "All green in every order: each test makes what it needs."
    green(suite.on_own().disordered, "your service, last test first", wanted)
    seed = rng.randrange(10**6)
    run = suite.on_rebuilt(services.rebuilt, seed).disordered
    green(run, "a service with the same behaviour in random order", wanted)


@check(
    title="Your tests leave nothing behind",
    items=["structure.tests"],
    why="A connection, a file or an override that stays changes the tests that come after.",
    read="Tests that leave nothing",
    errata=["E32"],
    needs=["08.collects"],
)
def test_leaves_nothing(suite: Suite):
    run = suite.on_own().disordered
    expect(
        not run.new_files,
        seen=f"After the tests there are new files: {', '.join(run.new_files[:3])}.",
        wanted="A database in tmp_path, which pytest clears away.",
    )
    expect(
        not run.overrides,
        seen=f"app.dependency_overrides still holds {', '.join(run.overrides)}.",
        wanted="app.dependency_overrides.clear() after the yield of the fixture, or no override.",
    )
    expect(
        not run.leaks,
        seen=f"A connection was left open: {first(run.leaks)}",
        wanted="await engine.dispose() after the yield of the fixture that makes the engine, and"
        " `async with` around each session.",
    )
    expect(
        run.open <= 0,
        seen=f"{run.open} {'connection was' if run.open == 1 else 'connections were'} opened and"
        " never closed.",
        wanted="An engine that a fixture makes, and await engine.dispose() after its yield.",
    )


@check(
    title="Your tests wait for nothing and ask nobody",
    items=["principle.testing"],
    why="Tests that need a network or a nap fail without a bug, and are run less and less.",
    read="Tests that leave nothing",
    needs=["08.collects"],
)
def test_on_its_own(suite: Suite, remark):
    run = suite.on_own().disordered
    slowest = sorted(run.seconds, key=lambda test: -run.seconds[test])[:3]
    told = ", ".join(f"{test} ({run.seconds[test]:.2f} s)" for test in slowest)
    remark(note=f"The slowest of your tests: {told}.")
    host, test = next(iter(run.hosts.items()), ("", ""))
    expect(
        not host,
        seen=f"{test or 'A module of tests'} asks for the host {host}.",
        wanted="Tests that reach the app by ASGITransport or TestClient, and nothing else.",
    )
    slept = {test: seconds for test, seconds in run.slept.items() if seconds > LONGEST_SLEEP}
    test = max(slept, key=slept.__getitem__, default="")
    expect(
        not slept,
        seen=f"{test or 'A module of tests'} sleeps for {slept.get(test, 0):.1f} s.",
        wanted="A time that the test sets itself, or an event that it waits for: no sleep.",
    )


def _hunted(group: str, suite: Suite, services: Services, remark):
    hunt(group, suite, services, remark, _cause(suite.on_own().in_order))


def _cause(own: Run) -> str:
    """The check that says why no test passes on the reference."""
    if own.broken or not tests_of(own):
        return "08.collects"
    return "08.reference" if own.passed else "08.own-service"


def _is_in_tests(test: str) -> bool:
    return test.startswith("tests/")
