"""The check of the sample lesson, from the source alone."""

import ast

from checker.judge import check, expect


@check(
    title="goodbye returns something",
    items=["structure.main"],
    why="Silence is rude.",
    read="Say it",
)
def test_goodbye(source):
    nodes = source.module("app/farewell.py").walk()
    found = any(isinstance(node, ast.Return) for node in nodes)
    expect(found, seen="goodbye returns nothing.", wanted="A word.")
