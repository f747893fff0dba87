"""Checks of the sample lesson: what the two functions return, from the source alone."""

import ast

from checker.judge import check, expect


def returns(source, file, function):
    found = source.module(file).functions.get(function)
    return found and any(isinstance(node, ast.Return) for node in ast.walk(found))


@check(
    title="hello returns a greeting",
    items=["structure.main"],
    why="A service that does not greet is rude.",
    read="Say hello",
)
def test_hello(source):
    expect(
        returns(source, "app/greeting.py", "hello"),
        seen="hello returns nothing.",
        wanted="A greeting.",
    )


@check(
    title="hello_to returns a greeting by name",
    items=["structure.config"],
    why="People like to hear their name.",
    read="Say the name",
)
def test_name(source):
    expect(
        returns(source, "app/greeting.py", "hello_to"),
        seen="hello_to returns nothing.",
        wanted="A greeting.",
    )
