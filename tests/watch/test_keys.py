"""What a terminal sends for a key."""

import pytest

from checker.watch.keys import keys


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("n", ["n"]),
        ("N", ["n"]),
        ("hhq", ["h", "h", "q"]),
        ("\x1b", ["escape"]),
        ("\x1b[A", ["up"]),
        ("\x1bOB", ["down"]),
        ("\x1b[5~\x1b[6~ b", ["page up", "page down", "page down", "page up"]),
        ("\r\n", ["enter", "enter"]),
        ("\x1b[Ax\x1b[B", ["up", "x", "down"]),
    ],
)
def test_keys(typed, meant):
    assert list(keys(typed)) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "\x1b[3~",  # delete
        "\x1bOP",  # F1
        "\x1b[1;5D",  # Ctrl and left
        "\x1bx",  # Alt and x
        "\x1b[?1;2c",  # the terminal about itself
        "\x1b[<0;10;10M",  # a click
        "\x1b[200~xyq\x1b[201~",  # pasted
        "\x1b[200~xyq",  # the beginning of something pasted
        "\x00\x07\x7f\t",
    ],
)
def test_what_means_nothing_here_does_nothing(typed):
    assert list(keys(typed)) == []


def test_what_follows_something_pasted_counts():
    assert list(keys("\x1b[200~xx\x1b[201~h")) == ["h"]
