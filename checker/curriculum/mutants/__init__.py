"""Mutants: a file of the reference with one change, which the lesson's checks must notice.

Of the libraries, mutmut changes function bodies alone (a model or a schema has none) and ties its
operators to a pytest run of its own, and cosmic-ray's are the general ones, for one shell command
each; neither knows of columns, queries or statuses, so the operators and the engine are our own.

Operators are pure: a node of the source gives the splices that each make one mutant.
"""

from checker.curriculum.mutants.generate import OPERATORS, generate, mutants_of
from checker.curriculum.mutants.mutant import Key, Mutant

__all__ = ["OPERATORS", "Key", "Mutant", "generate", "mutants_of"]
