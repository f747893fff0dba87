"""A bug meets the tests that execute what it changes."""

from textwrap import dedent

from checker.judge.exposure import changed_lines, exposure

OLD = dedent("""\
    LIMIT = 10


    def first(x):
        if x:
            return 1
        return 2


    @route("/second", status=201)
    def second():
        return call(
            1,
            2,
        )
    """)
LINES = {
    "app/a.py": {
        1: [""],
        4: [""],
        5: ["t::one", "t::two"],
        6: ["t::one"],
        7: ["t::two"],
        10: [""],
        12: ["t::three"],
    },
    "app/b.py": {3: ["t::four"]},
}


def met(old, new):
    return exposure({"app/a.py": OLD}, {"app/a.py": OLD.replace(old, new)}, LINES)


def test_a_line_of_a_function_is_met_by_those_who_execute_it():
    found = met("return 2", "return 3")
    assert found.tests == {"t::two"}
    assert found.within


def test_a_part_of_a_statement_is_met_by_those_who_execute_the_statement():
    assert met("        2,", "        3,").tests == {"t::three"}


def test_what_is_put_in_is_met_by_those_who_execute_what_is_around_it():
    assert met("    return 2\n", "    x += 1\n    return 2\n").tests == {"t::one", "t::two"}


def test_what_runs_at_import_is_met_by_every_test_that_runs_the_service():
    found = met("LIMIT = 10", "LIMIT = 11")
    assert found.tests == {"t::one", "t::two", "t::three", "t::four"}
    assert not found.within


def test_of_a_decorator_those_come_first_who_execute_the_function():
    found = met(", status=201", "")
    assert found.first == {"t::three"}
    assert len(found.tests) == 4
    assert not found.within


def test_a_function_that_an_import_calls_is_imported_anew():
    lines = {"app/a.py": {**LINES["app/a.py"], 7: ["", "t::two"]}}
    new = {"app/a.py": OLD.replace("return 2", "return 3")}
    assert not exposure({"app/a.py": OLD}, new, lines).within


def test_a_line_that_nobody_executes_is_met_by_nobody():
    new = {"app/a.py": OLD.replace("return 2", "return 3")}
    assert exposure({"app/a.py": OLD}, new, {}).tests == set()


def test_changed_lines_are_those_of_the_old_text():
    assert list(changed_lines("a\nb\nc\n", "a\nB\nc\n")) == [2]
    assert list(changed_lines("a\nb\n", "a\nx\nb\n")) == [1, 2]
    assert list(changed_lines("a\nb\nc\n", "a\nc\n")) == [2]
