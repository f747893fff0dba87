"""What the learner's code printed is shown, cut, and never obeyed."""

import unicodedata

import pytest

from checker.report.printable import printable


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "wörd ✓ 漢字 \U0001f600",
        "tab\tand\nline",
        "[bold]markup[/bold] :smile: {braces} %s \\x1b",
        "a b",
    ],
)
def test_text_is_kept_to_the_letter(text):
    assert printable(text) == text


@pytest.mark.parametrize(
    "char",
    [
        "\x00",
        "\x07",  # bell
        "\x08",  # backspace
        "\r",  # writes over what stands there
        "\x1b",  # begins what steers a terminal
        "\x7f",
        "\x85",  # next line
        "\x9b",  # the same in one byte
        "\u200b",  # no width
        "\u2028",  # a line end of Unicode's own
        "\u2029",
        "\u202e",  # right to left from here
        "\u2066",
        "\ufeff",
        "\ufffe",  # no character
        "\ud800",  # half of one
        "\ue000",  # private
        "\U000e0041",  # a tag that nobody sees
    ],
)
def test_a_character_that_could_steer_is_replaced(char):
    assert printable(f"a{char}b") == "a�b"


def test_an_escape_sequence_loses_its_beginning_alone():
    assert printable("\x1b[2J\x1b[31mred\x1b[0m") == "�[2J�[31mred�[0m"


def test_a_line_end_of_windows_is_a_line_end():
    assert printable("one\r\ntwo") == "one\ntwo"


def test_nothing_that_a_terminal_obeys_is_left_of_any_character():
    every = "".join(map(chr, range(0x11000)))
    left = set(printable(every, most=len(every), lines=len(every))) - {"\n", "\t"}
    assert {unicodedata.category(char) for char in left} & {"Cc", "Cf", "Cs", "Zl", "Zp"} == set()


def test_at_most_so_many_characters_are_shown_and_the_cut_is_marked():
    assert printable("x" * 1_000) == "x" * 1_000
    assert printable("x" * 1_001) == f"{'x' * 1_000} …"
    assert printable("x" * 100_000) == f"{'x' * 1_000} …"


def test_at_most_so_many_lines_are_shown_and_the_cut_is_marked():
    twenty = "\n".join(["x"] * 20)
    assert printable(twenty) == twenty
    assert printable(f"{twenty}\nx") == f"{twenty} …"


def test_the_measure_can_be_another():
    assert printable("abcdef", most=3) == "abc …"
    assert printable("a\nb\nc", lines=2) == "a\nb …"


@pytest.mark.parametrize("end", ["\n", "\n\n", "  \n", "\r\n", "\n" * 100_000])
def test_blanks_at_the_end_are_neither_shown_nor_called_a_cut(end):
    twenty = "\n".join(["x"] * 20)
    assert printable(f"{twenty}{end}") == twenty
