"""What is to be seen of a state, at any size."""

import pytest
from rich.cells import cell_len
from rich.text import Text

from checker.errors import UserError
from checker.report import Outcome
from checker.watch.events import (
    Answered,
    Begun,
    Broke,
    Checked,
    Compared,
    Drawn,
    Edited,
    Hinted,
    Pressed,
    Refused,
    Vanished,
)
from checker.watch.screen import frame, last_words
from checker.workspace import FileDiff, Hint

from .conftest import console, report, result
from .test_step import after, graded

LONG = "A long sentence that says what was seen, in more words than a line holds. " * 3
FAILED = report(
    result("00.hello", Outcome.FAILED, seen=LONG, wanted=LONG, why=LONG),
    result("00.name", Outcome.FAILED),
)
BLOCKED = report(
    result("00.hello", Outcome.FAILED), result("00.name", Outcome.BLOCKED, blocked_by="00.hello")
)
PASSED = report(result("00.hello"), result("00.name"))
SAVED = Edited(frozenset({"app/greeting.py"}))

A_FAILURE = """\
00 · Greeting                                lesson ░░░░░░░░░░░░  0 of 2 items
✗ 1 of 2 checks failed, 1 wait               course ░░░░░░░░░░░░  0 of 3 lessons
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
✗ 00.1  Title of 00.hello
  Guideline main.py — Application entry point
  Seen      00.hello is red.
  Wanted    Green.
  Why       Because.
  Waiting   1 more check waits until this is right.














n next   h hint   l list   d diff   r run   e edit   x reset   q quit"""
A_PASS = """\
00 · Greeting                                lesson ████████████  2 of 2 items
✓ Passed: all 2 checks                       course ████░░░░░░░░  1 of 3 lessons
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Your greeting is polite.

  d your code beside the reference
  n on to lesson 01, Farewell

Passed
  ✓ 00.1  Title of 00.hello
  ✓ 00.2  Title of 00.name




n next   h hint   l list   d diff   r run   e edit   x reset   q quit"""
NARROW_AND_LOW = """\
00 · Greeting                0/2 items
✗ 1 of 2 failed, 1 wait      0/3 lessons
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
✗ 00.1  Title of 00.hello
  Guideline main.py — Application entry
            point
  Seen      00.hello is red.
  Wanted    Green.
  Why       Because.
2 more lines below: space
n next   h hint   l list   d diff
r run   e edit   x reset   q quit"""


def plain(line):
    return Text.from_ansi(line).plain


def shown(state, columns=80, rows=24, **options):
    return [plain(line) for line in frame(state, console(**options), columns, rows).lines]


def states(state):
    failed, passed = graded(state, FAILED), graded(state, PASSED)
    hint = Hint(state.lesson.tasks[0], ((1, LONG), (2, LONG), (3, LONG)))
    diff = FileDiff("app/x.py", f"--- mine/app/x.py\n+++ x\n@@ -1 +1 @@\n-\tx = '{LONG}'\n+y\n")
    return {
        "begun": after(state, Begun()),
        "checking": after(failed, SAVED, Checked(2, result("00.name"))),
        "failed": failed,
        "passed": passed,
        "refused": after(failed, SAVED, Refused(2, UserError(LONG, LONG))),
        "gone": after(failed, Vanished()),
        "broken": after(failed, SAVED, Broke(2, f"Traceback\n{LONG}\x1b[2J\n")),
        "own fault": graded(state, report(result("00.hello", Outcome.ERROR), result("00.name"))),
        "hinted": after(failed, Hinted(hint)),
        "told": after(failed, Answered(LONG, (LONG, "x" * 200))),
        "asking": after(failed, Pressed("x")),
        "lessons": after(failed, Pressed("l")),
        "diff": after(passed, Compared((diff,))),
        "no diff": after(passed, Compared(())),
        "wide letters": graded(state, report(result("00.hello", Outcome.FAILED, seen="漢字" * 60))),
        "scrolled": after(failed, Drawn(5, 50), Pressed("end")),
    }


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (24, 8), (20, 4), (1, 1), (200, 60), (80, 8)])
def test_every_line_fits_whatever_is_shown(state, size):
    columns, rows = size
    for name, each in states(state).items():
        for options in ({}, {"color_system": None}, {"no_color": True}):
            lines = frame(each, console(**options), columns, rows).lines
            assert len(lines) == rows, name
            for line in lines:
                assert cell_len(plain(line)) <= columns, (name, line)
                assert "\n" not in line


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
def test_an_encoding_without_our_symbols(state, size, tmp_path):
    with (tmp_path / "screen").open("w", encoding="ascii") as file:
        for each in states(state).values():
            lines = shown(each, *size, file=file)
            assert all(line.isascii() and cell_len(line) <= size[0] for line in lines), lines


def test_no_colour(state):
    for each in states(state).values():
        for line in frame(each, console(no_color=True), 80, 24).lines:
            assert "\x1b[3" not in line.replace("\x1b[3m", "")


def test_a_failure(state):
    assert "\n".join(shown(graded(state, BLOCKED))) == A_FAILURE


def test_a_pass(state):
    assert "\n".join(shown(graded(state, PASSED), rows=16)) == A_PASS


def test_a_narrow_and_low_screen(state):
    assert "\n".join(shown(graded(state, BLOCKED), 40, 12)) == NARROW_AND_LOW


def test_before_the_first_result_the_checks_are_named(state):
    text = "\n".join(shown(after(state, Begun())))
    assert "Getting ready to check" in text
    assert "  · 00.1  hello returns a greeting" in text


def test_what_is_old_is_marked_in_words_until_it_is_renewed(state):
    failed = graded(state, FAILED)
    text = "\n".join(shown(after(failed, SAVED), rows=40))
    assert "Checking: 0 of 2" in text
    assert "· 00.1  Title of 00.hello (checking again)" in text
    assert "Also not passed (· being checked again)\n  · 00.2  Title of 00.name" in text

    text = "\n".join(shown(after(failed, SAVED, Checked(2, result("00.hello"))), rows=40))
    assert "Checking: 1 of 2" in text
    assert "· 00.2  Title of 00.name (checking again)" in text
    assert "  ✓ 00.1  Title of 00.hello" in text


def test_a_check_that_waited_is_to_be_checked_once_its_cause_may_be_mended(state):
    again = after(graded(state, BLOCKED), SAVED, Checked(2, result("00.hello")))
    lines = shown(again)
    assert (
        lines[lines.index("To be checked") + 1] == "  · 00.2  hello_to returns a greeting by name"
    )
    assert "  ✓ 00.1  Title of 00.hello" in lines


def test_while_it_checks_it_counts_what_failed_so_far_and_never_says_passed(state):
    again = after(graded(state, PASSED), SAVED)
    assert "✓ Passed" not in "\n".join(shown(again))
    assert "Your greeting is polite." not in "\n".join(shown(again))
    again = after(again, Checked(2, result("00.name", Outcome.FAILED)))
    assert shown(again)[1].startswith("Checking: 1 of 2, 1 failed so far")


def test_a_check_that_failed_is_shown_in_full_before_the_run_is_over(state):
    again = after(graded(state, PASSED), SAVED, Checked(2, result("00.name", Outcome.FAILED)))
    assert "✗ 00.2  Title of 00.name" in shown(again)


def test_our_own_fault_is_ours(state):
    text = "\n".join(
        shown(graded(state, report(result("00.hello", Outcome.ERROR), result("00.name"))))
    )
    assert "! The checker itself failed, not you" in text
    assert "Note      This is the checker's own fault, not yours." in text
    assert "Please report it, with this run's seed: 7" in text


def test_a_message_of_the_learners_cannot_steer_the_terminal(state):
    steered = report(result("00.hello", Outcome.FAILED, seen="\x1b[2J\x1b]0;x\x07red\rgreen"))
    lines = frame(graded(state, steered), console(), 80, 24).lines
    assert not any("\x1b[2J" in line or "\x07" in line or "\r" in line for line in lines)


def test_what_does_not_fit_says_how_to_see_it(state):
    failed = graded(state, FAILED)
    drawn = frame(failed, console(), 80, 12)
    assert plain(drawn.lines[-2]) == f"{drawn.furthest} more lines below: space"

    end = after(failed, Drawn(drawn.page, drawn.furthest), Pressed("end"))
    lines = shown(end, rows=12)
    assert lines[-2] == f"{drawn.furthest} more lines above: b"
    assert "  ✗ 00.2  Title of 00.name" in lines


def test_the_last_words_are_all_of_it(state):
    text = "\n".join(map(plain, last_words(graded(state, FAILED), console(), 80)))
    assert text.startswith("00 · Greeting")
    assert "  ✗ 00.2  Title of 00.name" in text
    assert text.endswith("\n\nTo go on: checker")
    assert "q quit" not in text


def test_the_last_words_in_mid_run(state):
    again = after(graded(state, FAILED), SAVED)
    text = "\n".join(map(plain, last_words(again, console(), 80)))
    assert "Stopped with 0 of 2 checks done" in text
    assert "✗ 00.1  Title of 00.hello" in text
    text = "\n".join(map(plain, last_words(after(state, Begun()), console(), 80)))
    assert text.endswith("━\nTo go on: checker")


def test_the_keys_of_most_use_are_set_off(state):
    def dim(of):
        foot = frame(of, console(), 80, 24).lines[-1]
        return {word for word in ("next", "hint", "diff", "edit") if f"\x1b[2m {word}" in foot}

    assert dim(graded(state, FAILED)) == {"next", "diff"}
    assert dim(graded(state, PASSED)) == {"hint", "edit"}


def test_the_list(state):
    text = "\n".join(shown(after(graded(state, PASSED), Pressed("l"))))
    assert "  ✓ 00  Greeting   10 min  you are here" in text
    assert "    02  Manners    20 min" in text
    assert "esc back" in text
