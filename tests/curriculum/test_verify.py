"""Each invariant of a lesson's files, broken in one way, is one clear finding."""

import pytest

from checker.curriculum.verify import verify_folders, verify_structure

L = "lessons/01-farewell"
CHECKS = f"{L}/checks/test_farewell.py"
TOML = f"{L}/lesson.toml"
WRONG = "tests/wrong_answers/01-farewell/goodbye.toml"


def findings(curriculum):
    found = verify_folders(curriculum)
    for lesson in curriculum.lessons:
        found += verify_structure(curriculum, lesson)
    return [str(finding) for finding in found]


def test_the_sample_holds_to_all_of_them(load):
    assert findings(load()) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "finding"),
    [
        pytest.param(
            f"{L}/starter/app/farewell.py",
            "",
            "x = 1\n",
            f"{L}/starter/app/farewell.py: is not in step with the solution."
            " Run: checker dev build",
            id="starter out of step",
        ),
        pytest.param(
            f"{L}/starter/app/farewell.py",
            "",
            None,
            f"{L}/starter/app/farewell.py: is missing. Run: checker dev build",
            id="starter missing",
        ),
        pytest.param(
            f"{L}/starter/extra.py",
            "",
            "x = 1\n",
            f"{L}/starter/extra.py: does not come from the solution. Run: checker dev build",
            id="starter stale",
        ),
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
            f"{L}/notes.txt", "", "x", f"{L}/notes.txt: is no part of a lesson.", id="stray file"
        ),
        pytest.param(
            f"{L}/checks/helper.py",
            "",
            "x = 1\n",
            f"{L}/checks/helper.py: is no check module.",
            id="stray check file",
        ),
        pytest.param(f"{L}/README.md", "", None, f"{L}/README.md: is missing.", id="no text"),
        pytest.param(
            WRONG,
            "",
            None,
            "tests/wrong_answers/01-farewell: has no wrong answer for 01.goodbye.",
            id="check without wrong answer",
        ),
        pytest.param(
            "tests/wrong_answers/09-gone/x.toml",
            "",
            "x = 1\n",
            "tests/wrong_answers/09-gone: belongs to no lesson.",
            id="wrong answers of no lesson",
        ),
        pytest.param(
            "solutions/09-gone/app/x.py",
            "",
            "x = 1\n",
            "solutions/09-gone: belongs to no lesson.",
            id="solution of no lesson",
        ),
        pytest.param(
            "lessons/09-gone/README.md",
            "",
            "x",
            "lessons/09-gone: belongs to no lesson.",
            id="lesson without lesson.toml",
        ),
    ],
)
def test_a_broken_invariant_is_one_finding(change, load, file, old, new, finding):
    change(file, old, new)
    assert findings(load()) == [finding]


def test_a_listed_check_that_is_no_function(change, load):
    change(TOML, '"01.goodbye"', '"01.goodbye", "01.absent"')
    assert findings(load()) == [
        f"{TOML}: lists 01.absent, which no check in checks/ is.",
        "tests/wrong_answers/01-farewell: has no wrong answer for 01.absent.",
    ]


def test_a_file_identical_to_what_it_inherits(root, change, load):
    same = (root / "solutions/01-farewell/app/greeting.py").read_text()
    change("solutions/02-manners/app/greeting.py", new=same)
    assert findings(load()) == [
        "solutions/02-manners/app/greeting.py: is identical to what it inherits."
    ]


def test_a_starter_that_would_overwrite(change, load):
    change(f"{L}/starter/app/greeting.py", new="x = 1\n")
    assert (
        f"{L}/starter/app/greeting.py: would overwrite a file of an earlier lesson;"
        " a starter only adds."
    ) in findings(load())


def test_a_function_that_no_task_lists(root, change, load):
    path = root / CHECKS
    again = path.read_text().partition("@check")[2].replace("test_goodbye", "test_extra")
    path.write_text(f"{path.read_text()}\n\n@check{again}")
    assert findings(load()) == [f"{L}/checks: has the check 01.extra, which no task lists."]


def test_a_need_that_runs_too_late(change, load):
    change(
        "lessons/00-greeting/checks/test_greeting.py",
        'read="Say hello"',
        'read="Say hello", needs=["00.name"]',
    )
    assert findings(load()) == [
        "lessons/00-greeting/lesson.toml: lists 00.hello before 00.name, its need."
    ]


def test_a_missing_solution(root, load):
    import shutil

    shutil.rmtree(root / "solutions/02-manners")
    assert "solutions/02-manners: is missing." in findings(load())


def test_a_missing_handwritten_file(change, load):
    change(TOML, "[[tasks]]", 'handwritten = ["app/farewell.py"]\n\n[[tasks]]')
    change(f"{L}/starter/app/farewell.py")
    where = f"{L}/starter/app/farewell.py"
    assert findings(load()) == [f"{where}: is listed as handwritten and is missing."]


def test_a_wrong_answer_whose_file_has_another_name(root, load):
    (root / WRONG).rename(root / "tests/wrong_answers/01-farewell/hello.toml")
    assert any("does not fit the file's name" in finding for finding in findings(load()))


def test_an_item_that_the_lesson_introduces_and_does_not_prove(load, monkeypatch):
    from checker.curriculum import verify
    from checker.guidelines import load_catalogue

    catalogue = load_catalogue()
    moved = tuple(
        item.model_copy(update={"lesson": "01-farewell"}) if item.id == "model.repr" else item
        for item in catalogue.items
    )
    changed = catalogue.model_copy(update={"items": moved})
    monkeypatch.setattr(verify, "load_catalogue", lambda: changed)
    assert findings(load()) == [f"{L}: introduces model.repr, which none of its checks proves."]
