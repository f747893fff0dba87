"""Each operator: what it must change, and what it must leave alone."""

from pathlib import Path

import pytest

from checker.curriculum.library import read_toml
from checker.curriculum.mutants import OPERATORS, generate

HERE = Path(__file__).parent
SAMPLES = {path.stem: read_toml(path, path) for path in sorted(HERE.glob("samples/*.toml"))}


def changes(operator, text):
    """Every text that the operator alone makes of a file's."""
    return [each.code for each in generate("app/x.py", text, {operator: OPERATORS[operator]})]


def of(kind):
    return [
        pytest.param(operator, sample, id=f"{operator}-{number}")
        for operator, found in SAMPLES.items()
        for number, sample in enumerate(found.get(kind, ()), 1)
    ]


def test_every_operator_has_samples_of_both_kinds():
    assert SAMPLES.keys() == OPERATORS.keys()
    assert [
        name for name, kinds in SAMPLES.items() if not (kinds["changes"] and kinds["keeps"])
    ] == []


@pytest.mark.parametrize(("operator", "sample"), of("changes"))
def test_it_changes(operator, sample):
    assert changes(operator, sample["before"]) == sample["after"]


@pytest.mark.parametrize(("operator", "text"), of("keeps"))
def test_it_leaves_alone(operator, text):
    assert changes(operator, text) == []
