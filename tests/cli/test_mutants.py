"""`checker dev mutants`, over the sample of the judge's tests."""

import json
import shutil
import signal
from pathlib import Path

import pytest

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


def test_survivors_that_are_explained_afterwards_need_no_second_whole_run(run, copy):
    def record():
        return json.loads((copy / "tests/mutants/01-counting.json").read_text())

    run("dev", "mutants", "01")
    before = record()
    survivors = run("dev", "mutants", "01", "--survivors", "--toml").out.rpartition("01-c")[0]
    file = copy / "tests/mutants/01-counting.toml"
    file.write_text(file.read_text() + survivors.replace('reason = ""', 'reason = "None asks."'))

    assert before["survive"] == 3
    for some, explained in ((["--only", "hellox"], 1), ([], 3)):
        assert run("dev", "mutants", "01", "--survivors", *some).code == 0
        assert record() == {
            **before,
            "equivalent": before["equivalent"] + explained,
            "survive": 3 - explained,
        }


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


def test_only_the_last_survivors_are_run_again(run, copy):
    before = run("dev", "mutants", "01", *WORD)
    again = run("dev", "mutants", "01", "--survivors")
    assert without_seconds(again.out) == without_seconds(before.out)


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
