"""Each invariant of a lesson's checks and what names them, broken in one way, is one finding."""

import pytest

L = "lessons/01-farewell"
CHECKS = f"{L}/checks/test_farewell.py"
TOML = f"{L}/lesson.toml"
WRONG = "tests/wrong_answers/01-farewell/goodbye.toml"
MARKED = 'mark = "app.marked"'
OMITTED = '[[starter]]\nfile = "app/marked.py"\nomit = true\n\n[[starter]]'


def superseding(check):
    return f'[[supersedes]]\ncheck = "{check}"\nwhy = "Because."\n\n[[tasks]]'


@pytest.fixture
def marked(change):
    """The lesson has a mark, which the learner writes."""
    change("solutions/01-farewell/app/marked.py", new="MARK = 1\n")
    change(TOML, "[[starter]]", OMITTED)
    change(TOML, "[[tasks]]", f"{MARKED}\n\n[[tasks]]")


@pytest.mark.parametrize(
    ("file", "old", "new", "finding"),
    [
        pytest.param(
            CHECKS,
            "items=[",
            'needs=["01.absent"], items=[',
            f"{L}/checks: 01.goodbye names 01.absent in needs: no such thing.",
            id="unknown need",
        ),
        pytest.param(
            CHECKS,
            '"structure.main"',
            '"structure.absent"',
            f"{L}/checks: 01.goodbye names structure.absent in items: no such thing.",
            id="unknown item",
        ),
        pytest.param(
            CHECKS,
            "items=[",
            'errata=["E99"], items=[',
            f"{L}/checks: 01.goodbye names E99 in errata: no such thing.",
            id="unknown erratum",
        ),
        pytest.param(
            CHECKS,
            'items=["structure.main"]',
            "items=[]",
            f"{L}/checks: 01.goodbye proves no item.",
            id="check without item",
        ),
        pytest.param(
            TOML,
            'hints = ["Say it."]',
            'hints = ["See 01.absent."]',
            f"{TOML}: a hint names 01.absent: no such check.",
            id="hint names unknown check",
        ),
        pytest.param(
            TOML,
            'hints = ["Say it."]',
            'hints = ["See 01.e07."]',
            f"{TOML}: a hint names 01.e07: no such check.",
            id="hint names unknown check with a number",
        ),
        pytest.param(
            CHECKS,
            '"structure.main"',
            '"structure.main", "topic.navigation"',
            f"{L}/checks: 01.goodbye names topic.navigation in items: no such thing.",
            id="item that is never graded",
        ),
        pytest.param(
            CHECKS,
            '    items=["structure.main"],\n',
            "",
            f"{L}/checks: 01.goodbye proves no item.",
            id="check that forgets its items",
        ),
        pytest.param(
            CHECKS,
            'items=["structure.main"]',
            "items=ITEMS",
            "01-farewell: test_farewell.py: test_goodbye: @check takes literals only.",
            id="items that are no literals",
        ),
        pytest.param(
            CHECKS,
            "def test_goodbye(source):",
            "def test_goodbye(source:",
            "01-farewell: test_farewell.py: not readable as Python:"
            " '(' was never closed (test_farewell.py, line 14).",
            id="check module that is no Python",
        ),
        pytest.param(
            "tests/wrong_answers/01-farewell/absent.toml",
            "",
            'check = "01.absent"\nwhy = "x"\nseen = ["x"]\n'
            '[[edit]]\nfile = "app/farewell.py"\ndelete = true\n',
            "tests/wrong_answers/01-farewell/absent.toml: names 01.absent: no such check.",
            id="wrong answer for an unknown check",
        ),
        pytest.param(
            WRONG,
            'return "Goodbye"',
            'return "Adieu"',
            f"{WRONG}: app/farewell.py holds 0 times: 'return \"Adieu\"'.",
            id="wrong answer to an older solution",
        ),
        pytest.param(
            WRONG,
            "seen =",
            'also = ["01.absent"]\nseen =',
            f"{WRONG}: names 01.absent in also: no such check.",
            id="wrong answer that also fails an unknown check",
        ),
        pytest.param(
            WRONG,
            "seen =",
            "seen",
            f"01-farewell: {WRONG}: not readable as TOML:"
            " Expected '=' after a key in a key/value pair (at line 3, column 6).",
            id="wrong answer that is no TOML",
        ),
        pytest.param(
            "tests/wrong_answers/01-farewell/goodbye.patch",
            "",
            "x",
            "tests/wrong_answers/01-farewell/goodbye.patch: is no wrong answer.",
            id="stray file among the wrong answers",
        ),
        pytest.param(
            TOML,
            "[[tasks]]",
            'errata = ["E07"]\n\n[[tasks]]',
            f"{L}: teaches E07, which none of its checks catches.",
            id="erratum not caught",
        ),
        pytest.param(
            TOML,
            "[[tasks]]",
            'errata = ["E99"]\n\n[[tasks]]',
            f"{TOML}: names E99: no such erratum.",
            id="erratum unknown",
        ),
        pytest.param(
            WRONG,
            "",
            None,
            "tests/wrong_answers/01-farewell: has no wrong answer for 01.goodbye.",
            id="check without wrong answer",
        ),
    ],
)
def test_a_broken_invariant_is_one_finding(change, file, old, new, finding, findings):
    change(file, old, new)
    assert findings() == [finding]


def test_a_listed_check_that_is_no_function(change, findings):
    change(TOML, '"01.goodbye"', '"01.goodbye", "01.absent"')
    assert findings() == [
        f"{TOML}: lists 01.absent, which no check in checks/ is.",
        "tests/wrong_answers/01-farewell: has no wrong answer for 01.absent.",
    ]


def test_a_function_that_no_task_lists(root, change, findings):
    path = root / CHECKS
    again = path.read_text().partition("@check")[2].replace("test_goodbye", "test_extra")
    path.write_text(f"{path.read_text()}\n\n@check{again}")
    assert findings() == [f"{L}/checks: has the check 01.extra, which no task lists."]


def test_a_need_that_runs_too_late(change, findings):
    change(
        "lessons/00-greeting/checks/test_greeting.py",
        'read="Say hello"',
        'read="Say hello", needs=["00.name"]',
    )
    assert findings() == [
        "lessons/00-greeting/lesson.toml: lists 00.hello before 00.name, its need."
    ]


def test_two_checks_of_one_id(root, change, findings):
    change(f"{L}/checks/test_other.py", new=(root / CHECKS).read_text())
    assert findings() == [
        "01-farewell: test_other.py: test_goodbye: there are two checks 01.goodbye."
    ]


def test_an_erratum_that_is_taught_and_caught(change, findings):
    change(TOML, "[[tasks]]", 'errata = ["E07"]\n\n[[tasks]]')
    change(CHECKS, "items=[", 'errata=["E07"], items=[')
    assert findings() == []


def test_a_need_that_runs_before(change, findings):
    change(
        "lessons/00-greeting/checks/test_greeting.py",
        'read="Say the name"',
        'read="Say the name", needs=["00.hello"]',
    )
    assert findings() == []


def test_a_hint_that_names_a_check_of_its_lesson(change, findings):
    change(TOML, 'hints = ["Say it."]', 'hints = ["See 01.goodbye, in Python 3.11 or 01.2."]')
    assert findings() == []


@pytest.mark.usefixtures("marked")
def test_a_check_of_an_earlier_lesson_is_superseded(change, findings):
    change(TOML, "[[tasks]]", superseding("00.hello"))
    assert findings() == []


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("check", ["00.absent", "02.please"])
def test_an_unknown_or_a_later_check_cannot_be_superseded(change, findings, check):
    change(TOML, "[[tasks]]", superseding(check))
    assert findings() == [f"{TOML}: supersedes {check}, no earlier lesson's check."]


def test_who_supersedes_has_a_mark(change, findings):
    change(TOML, "[[tasks]]", superseding("00.hello"))
    assert findings() == [f"{TOML}: supersedes checks, and has no mark of who has come so far."]


@pytest.mark.usefixtures("marked")
def test_a_mark_that_the_solution_does_not_have(change, findings):
    change(TOML, MARKED, 'mark = "app.other"')
    assert findings() == [f"{TOML}: names the mark app.other, which its solution does not have."]


@pytest.mark.parametrize("module", ["app.farewell", "app.greeting"])
def test_a_mark_that_is_there_before_the_lesson_is_solved(change, findings, module):
    change(TOML, "[[tasks]]", f'mark = "{module}"\n\n[[tasks]]')
    assert findings() == [f"{TOML}: names the mark {module}, which is there before it is solved."]


@pytest.mark.parametrize(
    "statement", ["import checker.report", "from checker.subject import Subject"]
)
def test_a_check_that_reaches_behind_the_public_face(change, findings, statement):
    change(CHECKS, "import ast\n", f"import ast\n{statement}\n")
    [finding] = findings()
    assert finding.startswith(f"{CHECKS}:4: imports checker.")
    assert finding.endswith(
        "Checks import checker.judge and checker.judge.evidence, and the course's kit."
    )


def test_what_checks_may_bring_along(change, findings):
    for name in ("probes.py", "mutants.toml", "refactors/one/app/x.py"):
        change(f"{L}/checks/{name}", new="")
    assert findings() == []


def test_a_wrong_answer_whose_file_has_another_name(root, findings):
    (root / WRONG).rename(root / "tests/wrong_answers/01-farewell/hello.toml")
    assert any("does not fit the file's name" in finding for finding in findings())


def test_an_item_that_the_lesson_introduces_and_does_not_prove(change, findings):
    change("lessons/guideline/items.toml", "05-other", "01-farewell")
    assert findings() == [f"{L}: introduces model.repr, which none of its checks proves."]


def test_a_check_module_of_bytes_that_are_no_text(root, findings):
    (root / CHECKS).write_bytes(b"\xff")
    [finding] = findings()
    assert finding.startswith("01-farewell: test_farewell.py: not readable as Python: 'utf-8'")
