"""Checks that run the submission's code, and one that only reads it."""

import ast

from checker.judge import check, expect


@check(
    title="app.count imports",
    items=["structure.main"],
    why="What does not import does nothing.",
    read="Count",
)
def test_importable(probe):
    probe("load")


@check(
    title="count counts to three",
    items=["structure.main"],
    why="Two is not enough.",
    read="Count",
    needs=["00.importable"],
)
def test_count(probe):
    found = probe("count")
    expect(found == 3, seen=f"count returns {found!r}.", wanted="3")


@check(
    title="total sums up",
    items=["structure.config"],
    why="Somebody has to.",
    read="Count",
)
def test_total(source):
    found = source.module("app/total.py").functions.get("total")
    returns = found and any(isinstance(node, ast.Return) for node in ast.walk(found))
    expect(returns, seen="total returns nothing.", wanted="A sum.")
