"""`checker dev mutants`, over the sample of the judge's tests."""

import json
import shutil
import signal
from pathlib import Path

import pytest

import checker.judge.mutation

SAMPLE = Path(__file__).parents[1] / "judge" / "mutated" / "sample"
WORD = ["--only", "WORD"]


@pytest.fixture
def copy(here, monkeypatch):
    """A copy of the sample, which a run writes its figures into."""
    shutil.copytree(SAMPLE, here / "curriculum")
    monkeypatch.setenv("CHECKER_CURRICULUM", str(here / "curriculum"))
    return here / "curriculum"


def without_seconds(text):
    return text.rpartition(", ")[0]


def test_survivors_are_listed_with_place_operator_and_change(run, copy):
    ended = run("dev", "mutants", "01", *WORD)
    assert ended.code == 1
    assert without_seconds(ended.out).splitlines() == [
        "app/counting.py:3: statement",
        '    {WORD = "hello" → pass}',
        "app/counting.py:3: constant",
        '    WORD = "{hello → hellox}"',
        "01-counting: 2 mutants, 0 noticed, 0 equivalent, 0 free, 0 later, 2 survive",
    ]


def test_several_at_once_it_says_the_same(run, copy):
    alone, together = (
        run("dev", "mutants", "01", *more) for more in ([], ["--together", "--anew"])
    )
    assert without_seconds(together.out) == without_seconds(alone.out)


@pytest.mark.parametrize("other", ["--later", "--whole"])
def test_several_at_once_are_graded_in_no_other_way(run, copy, other):
    ended = run("dev", "mutants", "01", "--together", other)
    assert (ended.code, ended.err.splitlines()[0]) == (
        2,
        "--together goes with neither --later nor --whole.",
    )


def test_as_toml_survivors_are_entries_that_lack_a_reason(run, copy):
    entry = run("dev", "mutants", "01", "--only", "hellox", "--toml").out.partition("01-c")[0]
    file = copy / "tests/mutants/01-counting.toml"
    known = file.read_text()
    file.write_text(known + entry)
    refused = run("dev", "mutants", "01", "--only", "hellox")
    file.write_text(known + entry.replace('reason = ""', 'reason = "Nobody says it."'))
    taken = run("dev", "mutants", "01", "--only", "hellox")
    assert (refused.code, taken.code) == (2, 0)
    assert "equivalent.1.reason: String should have at least 1 character" in refused.err


@pytest.fixture
def graded(monkeypatch):
    """The mutants of each run that were graded, and the checks that looked at some of them."""
    runs = []

    def spied(curriculum, lesson, mutants, *, checks, **options):
        runs.append({mutant.key.changed: checks[mutant.key] for mutant in mutants})
        return mutation(curriculum, lesson, mutants, checks=checks, **options)

    mutation = checker.judge.mutation.grade_mutants
    monkeypatch.setattr("checker.judge.mutation.grade_mutants", spied)
    return runs


@pytest.mark.slow
def test_survivors_that_are_explained_afterwards_are_not_graded_again(run, copy, graded):
    def record():
        return json.loads((copy / "tests/mutants/01-counting.json").read_text())

    run("dev", "mutants", "01")
    before = record()
    survivors = run("dev", "mutants", "01", *WORD, "--toml").out.rpartition("01-c")[0]
    file = copy / "tests/mutants/01-counting.toml"
    file.write_text(file.read_text() + survivors.replace('reason = ""', 'reason = "None asks."'))
    run("dev", "mutants", "01")

    assert record() == {**before, "equivalent": before["equivalent"] + 2, "survive": 1}
    assert before["survive"] == 3
    assert graded[1] == {}
    assert graded[2].keys() == {'return {"size": 2}', 'return {"size": 0}'}  # in error: never known


@pytest.mark.slow
def test_a_changed_check_looks_again_at_what_it_noticed_and_at_survivors(run, copy, graded):
    checks = copy / "lessons/01-counting/checks"
    added = checks / "test_nothing.py"
    added.write_text(
        "from checker.judge import check\n\n\n"
        '@check(title="Nothing", why="It is nothing.", read="Counting")\n'
        "def test_nothing():\n    pass\n"
    )
    lesson = copy / "lessons/01-counting/lesson.toml"
    lesson.write_text(lesson.read_text().replace('"01.shape"', '"01.shape", "01.nothing"', 1))
    first = run("dev", "mutants", "01")
    added.write_text(added.read_text() + "\n")
    second = run("dev", "mutants", "01")
    shared = checks / "words.py"
    shared.write_text("")
    third = run("dev", "mutants", "01")
    fourth = run("dev", "mutants", "01", "--anew")

    assert len(graded[0]) == len(graded[2]) == len(graded[3])
    assert graded[1]["pass"] == ("01.nothing",)
    assert "if False:" not in graded[1]  # 01.bounded noticed it
    outputs = {without_seconds(each.out) for each in (first, second, third, fourth)}
    assert len(outputs) == 1


@pytest.mark.parametrize("kind", ["equivalent", "free", "later"])
def test_an_explained_one_is_counted_and_not_listed(run, copy, kind):
    file = copy / "tests/mutants/01-counting.toml"
    file.write_text(file.read_text().replace("[[equivalent]]", f"[[{kind}]]"))
    ended = run("dev", "mutants", "01", "--operator", "comparison")
    assert ended.code == 0
    assert f", 1 {kind}, " in ended.out
    assert ", 0 survive" in ended.out


def test_an_entry_that_is_no_mutant_or_is_noticed_is_told(run, copy):
    file = copy / "tests/mutants/01-counting.toml"
    stale = file.read_text().replace(">= 10", ">= 100")
    noticed = (
        file.read_text().replace("comparison", "condition").replace("if number >= 10", "if True")
    )
    file.write_text(stale + noticed)

    ended = run("dev", "mutants", "01", "--only", "if True")

    assert ended.code == 1
    assert ended.out.startswith(
        "app/counting.py:8: condition in bounded\n"
        "    if {number > 10 → True}:\n"
        "    explained in tests/mutants, and yet noticed: 01.bounded 3 is changed.\n"
        "tests/mutants/01-counting.toml: stale, no such mutant:\n"
    )
    assert "1 wrongly explained, 1 stale" in ended.out


def test_an_error_of_the_checks_is_told_apart(run, copy):
    ended = run("dev", "mutants", "01", "--only", 'size": 2')
    assert ended.code == 1
    assert "    the checker's own error: 01.shape Running shape gives what the c" in ended.out
    assert "0 survive, 1 error" in ended.out


@pytest.mark.slow
def test_a_whole_run_writes_down_what_it_covered_and_verify_asks_for_the_next(run, copy):
    again = "Run: checker dev mutants 01"
    where = "tests/mutants/01-counting.json"

    def said():
        ended = run("dev", "verify", "01", "--no-wrong-answers")
        return [line for line in ended.out.splitlines() if line.startswith(where)]

    assert said() == [f"{where}: does not tell what its mutants showed. {again}"]
    run("dev", "mutants", "01")
    assert json.loads((copy / where).read_text())["survive"] == 3
    assert said() == [f"{where}: 3 survive, 2 end in error. {again}"]
    check = copy / "lessons/01-counting/checks/test_counting.py"
    check.write_text(check.read_text() + "\n")
    assert said() == [f"{where}: is older than the reference, the checks or the operators. {again}"]


def test_ctrl_c_says_how_far_it_came(copy, process, here):
    running = process("dev", "mutants", "01", "--jobs", "1")
    assert "WORD" in running.stdout.readline() + running.stdout.readline()
    running.send_signal(signal.SIGINT)
    _, err = running.communicate()
    assert running.returncode == 130
    assert err.startswith("Stopped after ")
    assert not (copy / "tests/mutants/01-counting.json").exists()
