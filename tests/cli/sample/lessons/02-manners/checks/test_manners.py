"""The check of the sample lesson, from the source alone."""

import ast

from checker.judge import check, expect


@check(
    title="please returns something",
    items=["structure.main"],
    why="Silence is rude.",
    read="Say it",
)
def test_please(source):
    nodes = source.module("app/manners.py").walk()
    found = any(isinstance(node, ast.Return) for node in nodes)
    expect(found, seen="please returns nothing.", wanted="A word.")
