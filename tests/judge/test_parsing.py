"""Source that takes much to parse costs a process that does nothing else."""

import socket

import pytest

from checker.judge.evidence import Source, parsing
from checker.judge.evidence.parsing import Parser, TooMuch, measured
from checker.judge.unmet import Unmet

pytestmark = pytest.mark.skipif(not parsing.can_fork(), reason="processes cannot be forked here")


def test_a_tree_is_as_python_makes_it():
    parser = Parser()
    assert [parser.tree(f"x = {number}\n").body[0].value.value for number in (1, 2)] == [1, 2]


def test_what_is_not_python_is_said_by_python():
    parser = Parser()
    with pytest.raises(SyntaxError):
        parser.tree("x = = 1\n")
    assert parser.tree("x = 1\n").body


def test_nodes_and_levels_are_counted():
    assert measured("") == (1, 1)
    assert measured("f(1)\n") == (6, 5)  # Module, Expr, Call, Name, Load, Constant
    assert measured("x = = 1\n") == (0, 0)


def test_what_the_process_that_parses_was_born_with_does_not_count():
    ballast = bytearray(2 * parsing._MEMORY)
    assert len(Parser().tree("x = 1\n" * 20_000).body) == 20_000  # takes new memory
    del ballast


def test_parsers_left_as_garbage_are_not_ended_by_another_ones_process():
    for _ in range(20):
        left = Parser()
        left.itself = left
        left.tree("x = 1\n")
        del left
        assert len(Parser().tree("x = 1\n" * 5000).body) == 5000  # makes the collector run


def test_what_is_nested_too_deep_is_not_parsed():
    shallow, deep = f"x = y{'.z' * 50}\n", f"x = y{'.z' * 120}\n"
    parser = Parser()
    assert parser.tree(shallow).body
    for each in (deep, f"x = y{'.z' * 60_000}\n"):
        with pytest.raises(TooMuch, match="nested deeper than 100 levels"):
            parser.tree(each)
    with pytest.raises(TooMuch):  # of which Python says that its memory is exhausted, or its stack
        parser.tree(f"x = {'-' * 100_000}1\n")


def test_files_have_so_many_parts_together(monkeypatch):
    monkeypatch.setattr(parsing, "MOST_NODES", 1000)
    parser = Parser()
    parser.tree("x\n" * 200)
    with pytest.raises(TooMuch, match="over 1,000 parts"):
        parser.tree("x\n" * 200)


@pytest.mark.parametrize("resource", ["memory", "time"])
def test_what_takes_too_much_is_not_parsed_nor_what_comes_after_it(monkeypatch, resource):
    def wasteful(text):
        kept = []
        while resource == "time" or len(kept) < 2**16:
            kept = [*kept, bytearray(2**20)] if resource == "memory" else kept
        return 1, 1

    monkeypatch.setattr(parsing, "measured", wasteful)
    monkeypatch.setattr(parsing, "_SECONDS", 1)
    parser = Parser()
    with pytest.raises(TooMuch, match="parsing it takes too much"):
        parser.tree("x\n")
    with pytest.raises(TooMuch, match="a file before it took too much"):
        parser.tree("x\n")


def test_the_process_holds_nothing_of_ours_open():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        parser = Parser()
        parser.tree("x = 1\n")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)


def test_a_check_fails_in_words(tmp_path):
    (tmp_path / "deep.py").write_text(f"x = y{'.z' * 120}\n")
    with pytest.raises(Unmet, match=r"deep\.py is more than is parsed: it is nested") as caught:
        Source(tmp_path).module("deep.py")
    assert caught.value.at.file == "deep.py"
