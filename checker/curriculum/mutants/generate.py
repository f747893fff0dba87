"""All mutants of a file, and of a lesson."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from checker.curriculum.composition import base, solution
from checker.curriculum.lesson import Lesson
from checker.curriculum.library import Curriculum
from checker.curriculum.mutants import errors, expressions, fields, queries, statements
from checker.curriculum.mutants.mutant import Key, Mutant
from checker.curriculum.mutants.source import Source, Splice, nodes

Operator = Callable[[Source, ast.AST], Iterator[Splice]]

OPERATORS: Mapping[str, Operator] = {
    **fields.OPERATORS,
    **queries.OPERATORS,
    **errors.OPERATORS,
    **expressions.OPERATORS,
    **statements.OPERATORS,
}
"""By name. Of two that change the same, the first one counts: those of the field come first."""


def generate(file: str, text: str, operators: Mapping[str, Operator] = OPERATORS) -> list[Mutant]:
    """The mutants of one file, from its top to its end. None is the original, or no Python."""
    source = Source(file, text)
    seen = {"", ast.dump(source.tree)}
    alike: Counter[Key] = Counter()
    found = []
    for node in nodes(source.tree):
        for name, operator in operators.items():
            for splice in operator(source, node):
                code = source.apply(splice)
                if (dumped := _dumped(code)) in seen:
                    continue
                seen.add(dumped)
                number, before, after = source.line(splice)
                key = Key(file, name, source.where(node), before, after)
                alike[key] += 1
                found.append(Mutant(key._replace(nth=alike[key]), number, code))
    return sorted(found, key=lambda mutant: mutant.number)


def mutants_of(curriculum: Curriculum, lesson: Lesson) -> list[Mutant]:
    """Of every Python file that the lesson's solution adds or changes.

    Of a file that it changes, what stood there before is left to the earlier lesson's checks. Tests
    are left out: one with another value is another test, and the bugs that they meet are mutants.
    """
    inherited = base(curriculum, lesson)
    found = []
    for name, path in solution(lesson).items():
        if name.endswith(".py") and not Path(name).name.startswith("test_"):
            before = _of(name, inherited[name]) if name in inherited else []
            known = {each.key for each in before}
            found += [each for each in _of(name, path) if each.key not in known]
    return found


def _of(name: str, path: Path) -> list[Mutant]:
    return generate(name, path.read_text(encoding="utf-8"))


def _dumped(code: str) -> str:
    """What a text means as Python, wherever it stands; nothing where it is none."""
    try:
        compile(code, "mutant", "exec", dont_inherit=True)
        return ast.dump(ast.parse(code))
    except (SyntaxError, ValueError):
        return ""
