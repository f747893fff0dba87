"""Mutants are graded: noticed, survived or in error, and stopped at once."""

import os
import shutil
from pathlib import Path

import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.composition import solved
from checker.curriculum.library import CurriculumError
from checker.curriculum.mutants import mutants_of
from checker.judge.mutation import Fate, grade_mutants, merged
from tests.cli.test_endings import _children

SAMPLE = Path(__file__).parent / "mutated" / "sample"
CURRICULUM = load_curriculum(SAMPLE)
LESSON = CURRICULUM.lesson("01")
MUTANTS = mutants_of(CURRICULUM, LESSON)


def fates(graded):
    return {(each.mutant.key.line, each.mutant.key.changed): each.fate for each in graded}


@pytest.fixture(scope="module")
def graded():
    found = list(grade_mutants(CURRICULUM, LESSON, MUTANTS, jobs=2))
    return sorted(found, key=lambda each: MUTANTS.index(each.mutant))


def test_each_mutant_comes_once(graded):
    assert [each.mutant for each in graded] == MUTANTS


def test_what_no_check_looks_at_survives(graded):
    survived = [pair for pair, fate in fates(graded).items() if fate is Fate.SURVIVED]
    assert survived == [
        ('WORD = "hello"', "pass"),
        ('WORD = "hello"', 'WORD = "hellox"'),
        ("if number > 10:", "if number >= 10:"),
        ("if number > 10:", "if number > 9:"),
    ]


def test_a_noticed_one_names_its_check(graded):
    [found] = [each for each in graded if each.mutant.key.changed == "if False:"]
    assert (found.fate, found.by, found.seen) == (
        Fate.NOTICED,
        "01.bounded",
        "11 is not bounded.",
    )


def test_a_check_that_breaks_is_an_error_and_no_failure(graded):
    errors = [each for each in graded if each.fate is Fate.ERROR]
    assert [each.mutant.key.changed for each in errors] == [
        'return {"size": 2}',
        'return {"size": 0}',
    ]
    assert {each.by for each in errors} == {"01.shape"}


def test_graded_to_the_end_the_fates_are_the_same(graded):
    whole = list(grade_mutants(CURRICULUM, LESSON, MUTANTS, jobs=1, whole=True))
    assert fates(whole) == fates(graded)


def test_several_at_once_the_fates_are_the_same(graded):
    for expected in (MUTANTS, [each.mutant for each in graded if each.fate is Fate.SURVIVED]):
        keys = [each.key for each in expected]
        found = list(grade_mutants(CURRICULUM, LESSON, MUTANTS, jobs=2, together=keys))
        assert fates(found) == fates(graded)
    assert sorted(each.mutant.key for each in found) == sorted(each.key for each in MUTANTS)


def test_mutants_of_one_file_are_merged_unless_they_touch():
    lines = {each.key.line: each for each in MUTANTS}
    word, condition = lines['WORD = "hello"'], lines["if number > 10:"]
    [text] = merged([word, condition], solved(CURRICULUM, LESSON)).values()
    changed = [word.key.changed, condition.key.changed]
    assert [line.strip() for line in text.splitlines() if line.strip() in changed] == changed
    with pytest.raises(ValueError, match="beside each other"):
        merged([word, word], solved(CURRICULUM, LESSON))


def test_later_lessons_notice_what_this_one_does_not():
    words = [each for each in MUTANTS if each.key.line.startswith("WORD")]
    found = list(grade_mutants(CURRICULUM, LESSON, words, jobs=1, later=True))
    assert {(each.fate, each.by) for each in found} == {(Fate.NOTICED, "02.word")}


def test_a_run_that_is_given_up_leaves_nothing_running():
    before = set(_children(os.getpid()))
    run = grade_mutants(CURRICULUM, LESSON, MUTANTS, jobs=2)
    assert next(run).mutant in MUTANTS
    assert set(_children(os.getpid())) > before
    run.close()
    assert set(_children(os.getpid())) <= before


def test_a_reference_that_does_not_pass_is_told(tmp_path):
    root = shutil.copytree(SAMPLE, tmp_path / "sample")
    file = root / "solutions/01-counting/app/counting.py"
    file.write_text(file.read_text().replace("> 10", "> 1"))
    curriculum = load_curriculum(root)
    lesson = curriculum.lesson("01")
    with pytest.raises(CurriculumError, match=r"does not pass 01\.bounded"):
        list(grade_mutants(curriculum, lesson, mutants_of(curriculum, lesson), jobs=1))
