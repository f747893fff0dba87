"""`checker start`."""

import json

import pytest


def files(root):
    return sorted(p.relative_to(root).as_posix() for p in (root / "app").rglob("*.py"))


def progress(root):
    return json.loads((root / ".checker" / "progress.json").read_text())


def test_makes_a_workspace_grades_it_and_succeeds_although_nothing_is_passed_yet(run, here):
    ended = run("start")

    assert ended.code == 0
    assert files(here / "my-posts") == ["app/__init__.py", "app/greeting.py"]
    assert "Your project is in my-posts." in ended.out
    assert "README.md" in ended.out
    assert "hello returns a greeting" in ended.out
    assert progress(here / "my-posts")["lessons"]["00-greeting"]["failing"] == [
        "00.hello",
        "00.name",
    ]


@pytest.mark.parametrize("name", ["README.md", ".env", "LICENSE", ".github/workflows/tests.yml"])
def test_where_a_repository_was_just_begun(run, here, name):
    file = here / "my-posts" / name
    file.parent.mkdir(parents=True)
    file.write_text("mine")

    assert run("start").code == 0
    assert file.read_text() == "mine"


def test_elsewhere_with_path(run, here):
    assert run("start", "--path", "deep/posts").code == 0
    assert files(here / "deep" / "posts") == ["app/__init__.py", "app/greeting.py"]


def test_a_second_time_says_where_you_are_and_changes_no_file(run, started):
    (started / "app/greeting.py").write_text("mine = 1\n")

    ended = run("start")

    assert ended.code == 0
    assert "Lesson 00, Greeting" in ended.out
    assert (started / "app/greeting.py").read_text() == "mine = 1\n"


def test_after_passing_goes_on_to_the_next_lesson(run, passed):
    ended = run("start")

    assert ended.code == 0
    assert "app/farewell.py" in ended.out
    assert "Lesson 01, Farewell" in ended.out
    assert progress(passed)["current"] == "01-farewell"


def test_what_is_passed_and_was_not_graded_whole_is_graded_and_gone_on_from(run, started, solve):
    solve(started, "00-greeting")

    ended = run("start")

    assert ended.code == 0
    assert "You have passed it." in ended.out
    assert "app/farewell.py" in ended.out
    assert "Lesson 01, Farewell" in ended.out
    assert progress(started)["lessons"]["00-greeting"]["failing"] == []


def test_after_the_last_lesson_says_so(run, passed, solve):
    for lesson in ("01-farewell", "02-manners"):
        run("start")
        solve(passed, lesson)
        assert run("check").code == 0

    ended = run("start")

    assert ended.code == 0
    assert "the last lesson" in ended.out


def test_a_lesson_ahead_names_what_is_missing_and_catch_up(run, started):
    ended = run("start", "02")

    assert ended.code == 0
    assert "Lesson 02 builds on lessons 00, 01, not passed yet." in ended.out
    assert "checker check 00" in ended.out
    assert "checker catch-up 02" in ended.out
    assert files(started) == ["app/__init__.py", "app/greeting.py", "app/manners.py"]
    assert progress(started)["current"] == "02-manners"


def test_a_new_workspace_at_a_later_lesson_stands_on_the_reference(run, here):
    ended = run("start", "01")

    assert ended.code == 0
    assert "It holds lesson 00 already, as the reference has it." in ended.out
    assert "return" in (here / "my-posts/app/greeting.py").read_text()


def test_what_it_stands_on_is_skipped_and_not_asked_for_again(run, here):
    run("start", "01")

    ended = run("start", "02")

    assert "Lesson 02 builds on lesson 01, not passed yet." in ended.out
    assert progress(here / "my-posts")["lessons"]["00-greeting"]["skipped"] is True


def test_files_that_are_there_already_are_left_and_named(run, passed):
    (passed / "app/farewell.py").write_text("mine = 1\n")

    ended = run("start")

    assert "app/farewell.py (left as it is)" in ended.out
    assert (passed / "app/farewell.py").read_text() == "mine = 1\n"


def test_a_checker_that_breaks_is_not_the_learners_fault(run, other):
    other("broken")

    assert run("start").code == 3
