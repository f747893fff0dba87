"""The learner's tests of who may do what, graded by the bugs that they find."""

from checker.judge import check
from checker.judge.evidence import Suite
from kit.suites import Services, green, hunt


@check(
    title="Your tests pass on your own service, and on the reference",
    items=["endpoint.auth-tests"],
    why="A contract that changes takes its tests along, or they are deleted one by one.",
    read="Tests of who may do what",
)
def test_tests_pass(suite: Suite, services: Services):
    green(suite.on_own().in_order, "your service", "All green.")
    wanted = "All green: test only what the lessons' tables promise."
    green(suite.on_reference(services.reference).run, "the reference", wanted)


@check(
    title="Your tests notice when somebody may do what they should not",
    items=["endpoint.auth-tests"],
    why="A door that opens for everyone is found by nobody who has a key.",
    read="Tests of who may do what",
    needs=["09.tests-pass"],
)
def test_tests_find(suite: Suite, services: Services, remark):
    hunt("auth", suite, services, remark, "09.tests-pass")
