"""The report on a terminal: what to do, in 80 columns, whatever the learner's code printed."""

import io
import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from checker.commands import stay_with
from checker.curriculum import load_curriculum
from checker.report import Location, Outcome, Verdict
from checker.report.terminal import render

from .conftest import LESSON, make_check, make_report, paper

WHOLE = """\

01 · Models
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Creating a Database Model
  ✗ failed  Wording of model.async-model (task 01.3)
  ✗ failed  Wording of model.repr (task 01.3)

Tasks
  ✓ 01.2  {base}
  ✗ 01.3  {task} (0 of 3)
  ✗ 01.7  {repr} (0 of 1)

✗ Title of 01.tables
  Where     app/models/user.py:12
  Guideline Define SQLAlchemy 2.0 async model
  Seen      It is red.
  Wanted    Green.
  Why       Because.
  Read      lessons/01-models/README.md, “Here”
  Today     E45, "SQLAlchemy 2.0": Since 2.1 the async engine fails on a clean
            machine: greenlet is no longer installed along.
  Waiting   2 more checks wait until this is right.

Also not passed
  ✗ 01.7  Title of 01.repr (checker hint 01.7)

░░░░░░░░░░░░░░░░░░░░ 0 of 2 items passed
Next: task 01.3, {task}. A nudge: checker hint 01.3
The same random data again: checker check 01.tables --seed 7
"""


def printed(report, console=None, **options):
    console = console or paper()
    render(report, LESSON, console, **options)
    return console.file.getvalue()


def test_a_whole_page(mixed):
    names = {"base": "01.importable", "task": "01.tables", "repr": "01.repr"}
    titles = {name: LESSON.task_of(check).title for name, check in names.items()}
    assert printed(mixed) == WHOLE.format(**titles)


def test_a_quiet_one_is_what_failed_and_the_last_lines(mixed):
    text = printed(mixed, quiet=True)
    assert "Wording of model.repr" not in text
    assert "Tasks" not in text
    assert "✗ Title of 01.tables\n" in text
    assert "0 of 2 items passed" in text


def test_a_task_that_can_only_wait_has_a_mark_of_its_own():
    checks = (
        make_check("01.tables", Outcome.FAILED),
        make_check("01.repr", Outcome.BLOCKED, blocked_by="01.tables"),
    )
    assert f"  · 01.7  {LESSON.task_of('01.repr').title} (waits)\n" in printed(make_report(*checks))


def test_after_a_part_the_task_that_is_really_next(passed):
    following = LESSON.tasks[3]
    text = printed(passed, part=True, following=following)
    assert f"That is right. Next: task {following.id}, {following.title}.\n" in text
    assert "checker check 01\n" in printed(passed, part=True)


def test_who_has_passed_is_asked_to_look_again(mixed, passed):
    question = "Does each name say enough?"
    lesson = LESSON.model_copy(update={"look_again": (question,)})
    console = paper()
    render(passed, lesson, console)
    assert f"Green, but look again:\n  · {question}\n" in console.file.getvalue()
    console = paper()
    render(mixed, lesson, console)
    assert question not in console.file.getvalue()


def test_who_has_passed_is_shown_the_stretch_and_when_tried_whether_it_holds(passed):
    def shown(outcome, **more):
        stretch = make_check("01.wave", outcome, **more)
        return printed(passed.model_copy(update={"stretch": stretch}))

    text = shown(Outcome.NOT_TRIED, read="Stretch: wave")
    assert "If you like, a stretch: wave (lessons/01-models/README.md)\n" in text
    assert "✓ Your stretch holds: Title of 01.wave.\n" in shown(Outcome.PASSED)
    text = shown(Outcome.FAILED)
    assert "Your stretch does not hold yet; the lesson is passed without it:\n" in text
    for part in ("✗ Title of 01.wave\n", "It is red.", "Green.", "Because."):
        assert part in text
    assert "stretch" not in shown(Outcome.BLOCKED)


def test_before_the_lesson_is_passed_nothing_is_said_of_the_stretch(mixed):
    stretch = make_check("01.wave", Outcome.FAILED, seen="It waves with one hand.")
    assert "one hand" not in printed(mixed.model_copy(update={"stretch": stretch}))


def test_next_steps_keep_the_path(mixed, passed):
    stay_with(Path("a room/ada"))
    try:
        texts = printed(mixed), printed(passed), printed(passed, part=True)
    finally:
        stay_with(None)
    steps = [line for text in texts for line in text.splitlines() if "checker " in line]
    assert len(steps) == 6
    assert all(re.search(r" --path 'a room/ada'\)?$", line) for line in steps)


def test_the_first_failure_is_shown_in_full(mixed):
    text = printed(mixed)
    for part in (
        "✗ Title of 01.tables",
        "app/models/user.py:12",
        "Define SQLAlchemy 2.0 async model",
        "It is red.",
        "Green.",
        "Because.",
        "lessons/01-models/README.md, “Here”",
        "E45",
    ):
        assert part in text


def test_what_waits_for_a_failure_is_a_number_under_it(mixed):
    text = printed(mixed)
    assert "2 more checks wait until this is right." in text
    assert "Title of 01.user-columns" not in text


def test_other_failures_are_one_line_with_what_to_do(mixed):
    text = printed(mixed)
    assert "✗ 01.7  Title of 01.repr (checker hint 01.7)" in text
    assert text.count("Because.") == 1


def test_every_failure_can_be_shown_in_full(mixed):
    assert printed(mixed, expand=True).count("Because.") == 2


def test_an_open_item_names_its_task_and_a_passed_one_does_not(passed, mixed):
    assert "✗ failed  Wording of model.async-model (task 01.3)" in printed(mixed)
    assert "✓ passed  Wording of model.repr\n" in printed(passed)


def test_the_last_lines_say_how_far_it_is_and_what_comes_next(mixed):
    lines = printed(mixed).splitlines()
    [summary] = [line for line in lines if "items passed" in line]
    assert summary.endswith("0 of 2 items passed")
    assert lines[lines.index(summary) + 1].startswith("Next: task 01.3")


def test_a_command_is_never_cut_in_two(mixed):
    long = "A title that takes up nearly all of a line of eighty columns"
    blocked = make_check("01.indexes", Outcome.BLOCKED, blocked_by="01.repr")
    checks = (*mixed.checks[:2], mixed.check("01.repr").model_copy(update={"title": long}), blocked)
    text = printed(make_report(*checks))
    assert f"✗ 01.7  {long}\n          (checker hint 01.7; 1 more check waits for it)\n" in text
    narrow = printed(mixed, paper(width=50)).splitlines()
    assert any(line.endswith("checker hint 01.3") for line in narrow)


def test_the_bar_is_full_only_when_all_is_passed():
    ids = [item.id for item in load_curriculum().course.catalogue.items][:41]
    checks = [make_check("01.importable", item=id_) for id_ in ids[1:]]
    report = make_report(*checks, make_check("01.repr", Outcome.FAILED, item=ids[0]))
    assert "███░ 40 of 41 items passed" in printed(report)


def test_a_failure_with_no_check_is_no_crash(passed):
    empty = passed.model_copy(update={"checks": (), "items": (), "outcome": Verdict.FAILED})
    assert "0 of 0 items passed" in printed(empty)


def test_several_lessons_follow_each_other(passed, mixed):
    first = load_curriculum().lesson("00")
    console = paper()
    check = make_check(first.checks[0], item="structure.config")
    render(make_report(check, lesson=first), first, console)
    render(mixed, LESSON, console)
    text = console.file.getvalue()
    assert text.index(f"00 · {first.title}") < text.index("1 of 1 items passed")
    assert text.endswith(printed(mixed))


def test_all_passed_says_what_was_learnt_and_where_to_go(passed):
    text = " ".join(printed(passed).split())
    assert LESSON.learnt in text
    assert "checker start" in text


def test_a_failure_says_nothing_of_what_will_have_been_learnt(mixed):
    assert LESSON.learnt not in " ".join(printed(mixed).split())


def test_our_own_fault_is_said_to_be_ours():
    text = printed(make_report(make_check("01.repr", Outcome.ERROR, seen="KeyError: 'x'")))
    assert "This is the checker's own fault, not yours." in text
    assert "this run's seed: 7" in " ".join(text.split())
    assert "Next:" not in text


def test_a_fault_of_ours_beside_a_failure_is_not_put_on_the_learner(mixed):
    fault = make_check("01.indexes", Outcome.ERROR, seen="KeyError: 'x'")
    text = printed(make_report(*mixed.checks, fault))
    assert "! 01.4  Title of 01.indexes (the checker's own fault)" in text
    assert "checker hint 01.4" not in text


@pytest.mark.parametrize("width", [80, 200])
def test_no_line_is_wider_than_80_columns(mixed, width):
    seen = ("wörd " * 100 + "x" * 300, "漢字" * 100, "\tx\ty" * 50, "\U0001f600 " * 100)
    long = [make_check("01.repr", Outcome.FAILED, seen=each) for each in seen]
    for report in (mixed, *map(make_report, long)):
        text = printed(report, paper(width=width), expand=True)
        assert max(cell_len(line) for line in text.splitlines()) <= 80


def test_where_it_is_piped_it_is_plain(mixed):
    text = printed(mixed)
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_colour_says_nothing_that_words_do_not(mixed):
    colourful = printed(mixed, paper(force_terminal=True, color_system="truecolor"))
    plain = re.sub(r"\x1b\[[0-9;]*m", "", colourful)
    assert plain != colourful
    assert [line.rstrip() for line in plain.splitlines()] == printed(mixed).splitlines()


def test_a_console_without_our_symbols_gets_others(mixed, passed):
    for report in (mixed, passed):
        stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        console = Console(file=stream, width=80, markup=False, highlight=False)
        render(report, LESSON, console)
        stream.flush()
        assert stream.buffer.getvalue().decode("ascii")


def test_an_old_encoding_loses_no_letter_of_what_was_seen():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    console = Console(file=stream, width=80, markup=False, highlight=False)
    report = make_report(make_check("01.repr", Outcome.FAILED, seen="wörd ☃"))
    render(report, LESSON, console)
    stream.flush()
    text = stream.buffer.getvalue().decode("latin-1")
    assert "wörd \\u2603" in text
    assert 'README.md, "Here"' in text
    assert "x failed" in text


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[2J\x1b[31mred\x1b[0m",
        "[bold]not bold[/bold] [/] [link=x]",
        "\x00\x07\x08 bell",
        "\u202egnorw",
        "\ud800 alone",
        ":smile: {braces} %s",
        "\x1b]8;;http://example.org\x07link\x1b]8;;\x07 \x9b31m",
        "one\u2028two\x0bthree\x0cfour\x85five",
    ],
)
@pytest.mark.parametrize("part", ["seen", "wanted", "why"])
def test_the_learners_output_is_shown_and_not_obeyed(hostile, part):
    report = make_report(make_check("01.repr", Outcome.FAILED, **{part: hostile}))
    text = printed(report, paper(force_terminal=True, color_system=None))
    for steering in ("\x1b[2J", "\x1b[31mred", "\x1b]"):
        assert steering not in text
    assert not set(text) & set("\x00\x07\x08\x0b\x0c\x85\x9b\u2028\u202e\ud800")
    for word in ("[bold]not bold[/bold]", ":smile: {braces} %s"):
        if word in hostile:
            assert word in text


def test_a_flood_is_cut():
    report = make_report(make_check("01.repr", Outcome.FAILED, seen="x" * 100_000))
    assert len(printed(report)) < 5_000
    report = make_report(make_check("01.repr", Outcome.FAILED, seen="x\n" * 100_000))
    assert printed(report).count("\n") < 50


def test_line_ends_of_windows_are_line_ends():
    report = make_report(make_check("01.repr", Outcome.FAILED, seen="one\r\ntwo"))
    assert "Seen      one\n            two\n" in printed(report)


def test_a_hostile_file_name_is_shown_and_not_obeyed():
    place = Location(file="[red]a\x1b[2J.py", line=3)
    report = make_report(make_check("01.repr", Outcome.FAILED, location=place))
    assert "Where     [red]a�[2J.py:3\n" in printed(report)


def test_a_check_that_is_not_graded_says_why_and_does_not_keep_a_lesson_from_passing():
    ungraded = make_check("01.repr", Outcome.NOT_GRADED, note="Not graded here: no moon.")
    text = printed(make_report(make_check("01.importable"), ungraded))
    assert f"· {LESSON.task_of('01.repr').id}  Not graded here: no moon." in text
    assert "1 of 1 items passed" in text
    assert LESSON.learnt.splitlines()[0][:40] in text


def test_where_nothing_is_graded_nothing_is_passed():
    assert make_report(make_check("01.repr", Outcome.NOT_GRADED)).outcome is Verdict.FAILED
