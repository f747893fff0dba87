"""`checker list` and `checker guidelines`."""


def test_lists_every_lesson_without_a_workspace(run):
    ended = run("list")

    assert ended.code == 0
    assert [line.split()[0] for line in ended.out.splitlines()] == [
        "00-greeting",
        "01-farewell",
        "02-manners",
    ]


def test_lists_state_minutes_and_title(run, passed):
    run("start")

    assert [line.split() for line in run("list").out.splitlines()] == [
        ["00-greeting", "passed", "10", "min", "Greeting"],
        ["01-farewell", "current", "15", "min", "Farewell"],
        ["02-manners", "20", "min", "Manners"],
    ]


def test_after_catching_up_what_was_skipped_has_not_failed(run, started):
    run("catch-up", "02", "--yes")

    states = [line.split()[1] for line in run("list").out.splitlines()]
    assert states == ["skipped", "skipped", "current"]
    told = run("guidelines").out
    assert "· skipped" in told
    assert "failed" not in told


def test_guidelines_without_a_workspace(run):
    ended = run("guidelines")

    assert ended.code == 0
    assert "config.py — Settings and configuration" in ended.out
    assert "\x1b" not in ended.out


def test_guidelines_with_the_learners_state(run, passed):
    assert run("guidelines").out != run("guidelines", "--path", "nowhere").out
