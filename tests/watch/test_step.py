"""What follows from each event and key, without a terminal and without a grading."""

from dataclasses import replace
from functools import reduce

import pytest

from checker.curriculum import load_curriculum
from checker.errors import UserError
from checker.report import Location, Outcome, Verdict
from checker.watch.events import (
    Answered,
    Begun,
    Broke,
    Checked,
    Compare,
    Compared,
    Drawn,
    Drop,
    Edited,
    Entered,
    GiveHint,
    GoOn,
    Grade,
    Graded,
    Hinted,
    OpenEditor,
    Pressed,
    PutBack,
    Quit,
    Refused,
    Remember,
    Resized,
    Stopped,
    Vanished,
)
from checker.watch.outline import outline
from checker.watch.state import Phase, View
from checker.watch.step import step
from checker.workspace import Hint

from .conftest import SAMPLES, report, result

BAD = report(result("00.hello", Outcome.FAILED), result("00.name", Outcome.FAILED))
HALF = report(result("00.hello"), result("00.name", Outcome.FAILED))
GOOD = report(result("00.hello"), result("00.name"))
SAVED = Edited(frozenset({"app/greeting.py"}))


def after(state, *events):
    return reduce(lambda state, event: step(state, event)[0], events, state)


def graded(state, found):
    return after(state, Begun(), Graded(state.run + 1, found))


def pressed(state, key):
    return step(state, Pressed(key))


@pytest.fixture
def failed(state):
    return graded(state, BAD)


@pytest.fixture
def passed(state):
    return graded(state, GOOD)


# Runs


def test_the_first_run_begins_with_what_failed_last_time(state):
    state, actions = step(replace(state, failing_before=("00.name",)), Begun())

    assert state.phase is Phase.CHECKING
    assert actions == (Grade(1, ("00.name",), frozenset()),)


def test_a_save_begins_a_run_and_what_is_known_stays_until_it_is_renewed(failed):
    state, actions = step(failed, SAVED)

    assert actions == (Grade(2, ("00.hello", "00.name"), SAVED.files),)
    assert state.phase is Phase.CHECKING
    assert set(state.results) == {"00.hello", "00.name"}
    assert state.renewed == frozenset()


def test_a_save_in_mid_run_overtakes_it_and_no_file_is_forgotten(failed):
    state = after(failed, SAVED)
    state, actions = step(state, Edited(frozenset({"app/other.py"})))

    assert actions == (Grade(3, ("00.hello", "00.name"), SAVED.files | {"app/other.py"}),)


def test_what_an_overtaken_run_still_says_is_not_heard(failed):
    state = after(failed, SAVED, SAVED)

    for late in (
        Checked(2, result("00.hello")),
        Graded(2, GOOD),
        Refused(2, UserError("No.", "-")),
        Broke(2, "-"),
    ):
        assert step(state, late) == (state, ())


def test_results_are_taken_in_any_order(failed):
    state = after(failed, SAVED, Checked(2, result("00.name")))

    assert state.renewed == {"00.name"}
    assert state.failing == ("00.hello",)
    state = after(state, Checked(2, result("00.hello")))
    assert state.failing == ()
    assert not state.is_passed  # the run has not said so yet


def test_a_complete_run_is_remembered_and_begins_the_edited_files_anew(failed):
    state, actions = step(after(failed, SAVED), Graded(2, HALF))

    assert actions == (Remember(HALF),)
    assert (state.phase, state.verdict, state.edited) == (Phase.DONE, Verdict.FAILED, frozenset())
    assert state.failing == ("00.name",)


def test_a_lesson_that_passed_stays_so(passed):
    assert passed.is_passed
    assert passed.passed == {"00-greeting"}
    broken = after(passed, SAVED, Graded(2, BAD))
    assert not broken.is_passed
    assert broken.passed == {"00-greeting"}


def test_while_it_checks_nothing_is_passed(passed):
    assert not after(passed, SAVED).is_passed


def test_a_project_that_cannot_be_graded_has_no_verdict(passed):
    error = UserError("There is no app/.", "Bring it back.")
    state = after(passed, SAVED, Refused(2, error))

    assert (state.phase, state.refusal, state.verdict) == (Phase.REFUSED, error, None)
    assert step(state, SAVED)[1][0].run == 3


def test_a_project_that_is_gone(passed):
    state, actions = step(passed, Vanished())

    assert (state.phase, state.verdict, actions) == (Phase.GONE, None, (Drop(),))
    assert step(state, Graded(1, GOOD)) == (state, ())
    assert step(state, SAVED)[0].phase is Phase.CHECKING


def test_our_own_fault(passed):
    state = after(passed, SAVED, Broke(2, "Traceback"))

    assert (state.phase, state.verdict, state.trace) == (Phase.BROKEN, Verdict.ERROR, "Traceback")
    assert after(state, Pressed("r")).trace == ""


def test_checks_that_the_lesson_does_not_have(failed):
    state = after(failed, SAVED, Checked(2, result("00.new")))
    assert "00.new" not in state.results

    state = after(state, Graded(2, report(result("00.new"), result("00.hello"))))
    assert set(state.results) == {"00.hello"}
    assert state.notice.sentence.startswith("The lesson itself has other checks now")


def test_stopped(failed):
    assert step(failed, Stopped())[1] == (Quit(),)


# Keys


def test_q(failed):
    assert pressed(failed, "q")[1] == (Quit(),)


def test_r_begins_a_run(failed):
    state, actions = pressed(failed, "r")
    assert state.phase is Phase.CHECKING
    assert actions == (Grade(2, ("00.hello", "00.name"), frozenset()),)


def test_n_before_the_lesson_is_passed_says_so(state, failed):
    told = pressed(failed, "n")[0].notice
    assert told.sentence == "Lesson 00 is not passed yet: 2 of 2 checks are still to pass."

    told = pressed(after(state, Begun()), "n")[0].notice
    assert told.sentence == "Lesson 00 is not passed yet: 2 of 2 checks are still running."


def test_n_goes_on_once_it_was_ever_passed(passed):
    following = passed.curriculum.lesson("01")
    assert pressed(passed, "n")[1] == (GoOn(following),)
    assert pressed(after(passed, SAVED, Graded(2, BAD)), "n")[1] == (GoOn(following),)


def last(passed, ids):
    return replace(passed, lesson=passed.curriculum.lesson("02"), passed=frozenset(ids))


def test_n_after_the_last_lesson_congratulates(passed):
    everything = [each.id for each in passed.curriculum.lessons]
    assert (
        "you have passed them all. Well done!"
        in pressed(last(passed, everything), "n")[0].notice.sentence
    )
    told = pressed(last(passed, ["02-manners"]), "n")[0].notice
    assert told.sentence == "That was the last lesson. Well done! Still to pass: 00, 01."


def test_another_lesson_begins_with_nothing_known(passed):
    lesson = passed.curriculum.lesson("01")
    told = Answered("Lesson 01.")
    state, actions = step(passed, Entered(lesson, outline(lesson), ("01.goodbye",), told))

    assert (state.lesson, state.results, state.report, state.notice) == (lesson, {}, None, told)
    assert state.passed == {"00-greeting"}
    assert actions == (Grade(2, ("01.goodbye",), frozenset()),)


def test_h_is_for_the_first_task_that_is_open(failed, passed, state):
    tasks = failed.lesson.tasks
    assert pressed(failed, "h")[1] == (GiveHint(tasks[0]),)
    assert pressed(after(failed, SAVED, Graded(2, HALF)), "h")[1] == (GiveHint(tasks[1]),)
    assert pressed(state, "h")[1] == (GiveHint(tasks[0]),)
    assert pressed(passed, "h")[0].notice.sentence.startswith("No check fails")


def test_a_hint_stays_as_long_as_its_task_is_open(failed):
    hint = Hint(failed.lesson.tasks[0], ((1, "It begins with an H."),))
    state = after(failed, Hinted(hint), SAVED, Graded(2, BAD))
    assert state.hint == hint
    assert after(state, SAVED, Graded(3, HALF)).hint is None
    assert after(state, Pressed("escape")).hint is None


def test_e_is_for_the_failure_that_is_shown(state, passed):
    at = Location(file="app/greeting.py", line=6)
    failed = graded(
        state, report(result("00.hello", Outcome.FAILED, location=at), result("00.name"))
    )
    assert pressed(failed, "e")[1] == (OpenEditor(at, failed.lesson.tasks[0]),)
    assert pressed(passed, "e")[0].notice.sentence.startswith("No check fails")


def test_x_asks_and_only_y_is_yes(failed):
    asked, actions = pressed(failed, "x")
    assert (asked.asking, actions) == (True, ())

    assert pressed(asked, "y")[1] == (PutBack(failed.lesson),)
    for key in ("n", "x", "q", "escape", "down"):
        state, actions = pressed(asked, key)
        assert (state.asking, actions) == (False, ())
        assert state.notice.sentence == "Nothing was changed."


def test_an_answer_goes_with_the_next_key_and_a_passing_one_with_the_next_save(failed):
    lasting, passing = Answered("It is there."), Answered("Not yet.", lasts=False)
    assert after(failed, lasting, SAVED).notice == lasting
    assert after(failed, passing, SAVED).notice is None
    assert after(failed, lasting, Pressed("r")).notice is None


def test_l_and_d_and_the_way_back(passed):
    assert pressed(passed, "d")[1] == (Compare(passed.lesson),)
    shown = {"l": after(passed, Pressed("l")), "d": after(passed, Compared(()))}
    assert [each.view for each in shown.values()] == [View.LESSONS, View.DIFF]
    for letter, view in shown.items():
        for key in (letter, "q", "escape", "enter"):
            state, actions = pressed(view, key)
            assert (state.view, actions) == (View.REPORT, ())


def test_another_key_in_a_view_does_what_it_always_does(failed):
    state, actions = pressed(after(failed, Pressed("l")), "h")
    assert state.view is View.REPORT
    assert isinstance(actions[0], GiveHint)


def test_a_view_stays_when_a_file_is_saved(failed):
    assert after(failed, Pressed("l"), SAVED).view is View.LESSONS


def test_scrolling_stops_at_both_ends(failed):
    state = after(failed, Drawn(page=5, furthest=7))
    offsets = []
    for key in ("up", "down", "page down", "page down", "page up", "end", "down", "home"):
        state, _ = pressed(state, key)
        offsets.append(state.offset)
    assert offsets == [0, 1, 5, 7, 3, 7, 7, 0]
    assert after(failed, Drawn(5, 7), Pressed("end"), Drawn(9, 3)).offset == 3


def test_a_save_shows_the_report_from_its_beginning(failed):
    assert after(failed, Drawn(5, 7), Pressed("end"), SAVED).offset == 0


@pytest.mark.parametrize("event", [Resized(), Pressed("z"), Pressed("enter")])
def test_what_changes_nothing(failed, event):
    assert step(failed, event) == (failed, ())


def test_an_outline_tells_of_the_checks_before_they_run():
    lesson = load_curriculum(SAMPLES["greeting"]).lesson("00")
    found = outline(lesson)
    assert found.titles["00.hello"] == "hello returns a greeting"
    assert found.items["structure.config"] == {"00.name"}


def test_an_outline_of_checks_that_cannot_be_read(tmp_path):
    lesson = load_curriculum(SAMPLES["greeting"]).lesson("00")
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks/test_x.py").write_text("def (")
    found = outline(lesson.model_copy(update={"folder": tmp_path}))
    assert found.titles == {"00.hello": "00.hello", "00.name": "00.name"}
