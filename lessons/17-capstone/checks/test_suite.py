"""The learner's tests of comments, graded by the bugs that they find."""

from checker.judge import check, expect
from checker.judge.evidence import Suite
from kit.suites import Services, green, hunt, tests_of

FILES = ("tests/test_comments.py", "tests/test_comments/")
WANTED = "All green: what the requirement says of comments, by HTTP, and nothing of the inside."


@check(
    title="You have tests of comments, and all of your tests pass on your service",
    items=["principle.testing", "structure.tests"],
    why="A feature without tests is one that the next change breaks.",
    read="Your tests",
)
def test_tests_pass(suite: Suite):
    run = suite.on_own().in_order
    mine = [each for each in tests_of(run) if each.startswith(FILES)]
    green(run, "your service", "All green.")
    expect(
        bool(mine),
        seen="pytest finds no test in tests/test_comments.py.",
        wanted="The tests of comments, in that file or in a package of that name.",
    )


@check(
    title="Your tests pass on other services that keep the requirement",
    items=["principle.testing", "model.tests"],
    why="A test that fails when only the inside changes makes every improvement twice the work.",
    read="Your tests",
    needs=["17.tests-pass"],
)
def test_tests_elsewhere(suite: Suite, services: Services, rng):
    green(suite.on_reference(services.reference).run, "the reference", WANTED)
    run = suite.on_rebuilt(services.rebuilt, rng.randrange(10**6)).disordered
    green(run, "a service with other names inside, in random order", WANTED, advice={})


@check(
    title="Your tests notice bugs in the table and the model",
    items=["model.tests"],
    why="What only Python checks will one day be wrong in the table.",
    read="Your tests",
    needs=["17.tests-elsewhere"],
)
def test_model_bugs(suite: Suite, services: Services, remark):
    hunt("models", suite, services, remark, "17.tests-elsewhere")


@check(
    title="Your tests notice bugs in the rules and the events",
    items=["endpoint.unit-tests"],
    why="The rules of the business are what nobody sees in a response until it is too late.",
    read="Your tests",
    needs=["17.tests-elsewhere"],
)
def test_service_bugs(suite: Suite, services: Services, remark):
    hunt("services", suite, services, remark, "17.tests-elsewhere")


@check(
    title="Your tests notice bugs in the routes",
    items=["endpoint.integration-tests"],
    why="Clients are written against status codes and fields; each one that moves breaks them.",
    read="Your tests",
    needs=["17.tests-elsewhere"],
)
def test_route_bugs(suite: Suite, services: Services, remark):
    hunt("routes", suite, services, remark, "17.tests-elsewhere")


@check(
    title="Your tests notice when somebody may do what they should not",
    items=["endpoint.auth-tests"],
    why="A door that opens for everyone is found by nobody who has a key.",
    read="Your tests",
    needs=["17.tests-elsewhere"],
)
def test_auth_bugs(suite: Suite, services: Services, remark):
    hunt("auth", suite, services, remark, "17.tests-elsewhere")
