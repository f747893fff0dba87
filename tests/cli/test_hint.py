"""`checker hint`."""


def test_each_call_shows_one_more_and_says_how_many_are_left(run, started):
    outs = [run("hint").out for _ in range(3)]

    assert "Task 00.1, Say hello\nHint 1 of 3: It begins with an H.\n2 more" in outs[0]
    assert "Hint 2 of 3: It ends with an o.\n1 more" in outs[1]
    assert "Hint 3 of 3" in outs[2]
    assert "checker solution 00 --reveal" in outs[2]


def test_after_the_last_shows_them_all_again_and_points_to_the_solution(run, started):
    for _ in range(3):
        run("hint")

    ended = run("hint")

    assert ended.code == 0
    assert ended.out.count("Hint ") == 3
    assert "checker solution 00 --reveal" in ended.out


def test_is_for_the_first_task_with_a_failing_check(run, started, solve):
    file = started / "app/greeting.py"
    file.write_text(file.read_text().replace('raise NotImplementedError("TODO 00.1")', "return ''"))
    run("check")

    assert "Task 00.2" in run("hint").out


def test_a_task_by_name_or_by_its_number_in_the_lesson(run, started):
    for name in ("00.2", "0.2", "2"):
        assert "Task 00.2" in run("hint", name).out


def test_a_task_of_another_lesson(run, started):
    assert "Task 01.1" in run("hint", "01.1").out


def test_when_everything_passed_says_so(run, passed):
    ended = run("hint")

    assert ended.code == 2
    assert "Every check of lesson 00 passed" in ended.err


def test_an_unknown_task_names_those_there_are(run, started):
    ended = run("hint", "00.9")

    assert ended.code == 2
    assert ended.err == "There is no task '00.9'.\nLesson 00 has: 00.1, 00.2.\n"
