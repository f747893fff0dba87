"""`checker restore`, `--dry-run` and what becomes of old backups."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from checker.workspace import overwrite


@pytest.fixture
def mine(started):
    """The learner's own greeting."""
    file = started / "app/greeting.py"
    file.write_text("mine = 1\n")
    return file


def files(root):
    found = (p for p in root.rglob("*") if p.is_file())
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in found}


def project(root):
    return {name: held for name, held in files(root).items() if not name.startswith(".checker/")}


def names(root):
    return sorted(p.name for p in (root / ".checker/backups").iterdir() if p.is_dir())


def test_none_yet(run, started):
    ended = run("restore")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "There is no backup yet: nothing of yours was ever replaced.\n"


def test_lists_them_newest_first_with_the_rule(run, mine, started):
    run("reset", "--yes")
    mine.write_text("mine = 2\n")
    run("catch-up", "01", "--yes")

    lines = run("restore").out.splitlines()

    catch_up, reset = sorted(names(started), key=lambda name: "reset" in name)
    assert lines[0] == f"  1  {catch_up}  app/greeting.py"
    assert lines[1] == f"  2  {reset}  app/greeting.py"
    assert lines[2] == "To put one back: checker restore 1"
    assert lines[3] == "Backups go after 90 days; the newest 20 always stay."


def test_puts_the_project_back_with_what_was_added_gone_and_the_lesson_as_it_was(run, mine):
    root = mine.parents[1]
    before = project(root)
    run("catch-up", "02", "--yes")
    assert "app/manners.py" in project(root)

    ended = run("restore", "1", "--yes")

    assert ended.code == 0
    assert project(root) == before
    assert "  removed  app/manners.py\n" in ended.out
    assert "hello returns" in run("check").out  # of lesson 00 again


def test_is_itself_undone_by_the_command_it_names(run, mine):
    root = mine.parents[1]
    run("catch-up", "02", "--yes")
    caught_up = project(root)
    said = run("restore", "1", "--yes").out.splitlines()[-1]
    assert said.startswith("To undo this: checker restore ")

    run(*said.split()[4:], "--yes")

    assert project(root) == caught_up
    assert "please returns nothing" in run("check").out


def test_a_file_that_was_new_then_and_changed_since_stays(run, mine):
    root = mine.parents[1]
    run("catch-up", "01", "--yes")
    (root / "app/farewell.py").write_text("mine = 2\n")

    ended = run("restore", "1", "--yes")

    assert "  yours    app/farewell.py (changed since, left as it is)\n" in ended.out
    assert (root / "app/farewell.py").read_text() == "mine = 2\n"


def test_a_second_time_there_is_nothing_to_do(run, mine, started):
    run("reset", "--yes")
    [backup] = names(started)
    run("restore", backup, "--yes")

    assert run("restore", backup, "--yes").out == (
        f"Your files are as they are in {backup}. Nothing to do.\n"
    )


def test_one_that_there_is_not(run, started):
    ended = run("restore", "7")

    assert ended.code == 2
    assert ended.err == "There is no backup '7'.\nTo see those that there are: checker restore\n"


def test_without_a_terminal_it_takes_yes(run, mine):
    run("reset", "--yes")
    before = mine.read_text()

    ended = run("restore", "1")

    assert ended.code == 2
    assert "no terminal to ask you at" in ended.err
    assert mine.read_text() == before


def test_at_a_terminal_what_would_change_is_shown_before_it_asks(run, mine, at_terminal):
    run("reset", "--yes")

    said = at_terminal("restore", "1", answer="n")

    assert said.index("  replaced app/greeting.py") < said.index("A backup is made first.")
    assert "Stopped. Nothing was changed." in said


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("reset", "  replaced app/greeting.py\n"),
        ("catch-up 01", "  new      app/farewell.py\n  replaced app/greeting.py\n"),
        ("restore 1", "  replaced app/greeting.py\n"),
        ("start 01", "  new   app/farewell.py\n"),
        ("start --path other", "  new   app/greeting.py\n"),
    ],
)
def test_dry_run_shows_what_would_change_and_changes_nothing(run, here, mine, command, shown):
    run("reset", "--yes")
    mine.write_text("mine = 2\n")
    before = files(here)

    ended = run(*command.split(), "--dry-run")

    assert ended.code == 0
    assert shown in ended.out
    assert ended.out.endswith("Nothing was changed: this is what it would do.\n")
    assert files(here) == before


def test_backups_go_by_the_rule_and_that_is_said(started):
    now = datetime(2030, 6, 1, tzinfo=UTC)
    for days in range(1, 25):  # 24 days apart: the fourth is older than 90 days
        moment = now - timedelta(days=24 * (24 - days))
        overwrite(started, {"app/x.py": b"%d" % days}, reason="reset-00", now=moment)
    assert len(names(started)) == 20  # 24 changes, of which the first only added

    done = overwrite(started, {"app/x.py": b"new"}, reason="reset-00", now=now + timedelta(days=1))

    assert len(names(started)) == 20
    [said] = done.notices
    assert said.startswith("Removed 1 old backup, up to 20")
    assert said.endswith("Backups go after 90 days; the newest 20 always stay.")


def test_however_many_there_are_none_goes_before_its_time(started):
    now = datetime(2030, 6, 1, tzinfo=UTC)
    for minute in range(30):
        moment = now + timedelta(minutes=minute)
        done = overwrite(
            started, {"app/greeting.py": b"%d" % minute}, reason="reset-00", now=moment
        )
        assert done.notices == ()
    assert len(names(started)) == 30


def test_git_leaves_the_workspaces_own_folder_alone(mine, run, started):
    def git(*args):
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *who, *args], cwd=started, check=True, capture_output=True)

    run("reset", "--yes")
    git("init")
    git("add", ".")
    git("commit", "-m", "mine")
    (started / "other").write_text("x")
    before = {n: held for n, held in files(started).items() if n.startswith(".checker/")}

    git("stash", "--include-untracked")
    git("clean", "-fd")

    after = {n: held for n, held in files(started).items() if n.startswith(".checker/")}
    assert after == before
    assert before[".checker/.gitignore"] == b"*\n"
    assert not (started / "other").exists()


def test_a_workspace_from_before_is_ignored_from_the_next_change_on(run, started):
    (started / ".checker/.gitignore").unlink()

    run("check")

    assert (started / ".checker/.gitignore").read_text() == "*\n"


def test_nothing_was_changed_is_said_only_where_it_is_so(run, started, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("checker.workspace.workspace.save", interrupted)
    (started / "app/greeting.py").write_text("mine = 1\n")

    ended = run("catch-up", "01", "--yes")

    assert ended.code == 130
    assert ended.err.startswith("Stopped. By then this was changed: my-posts/app/")
    assert "my-posts/.checker/backups/" in ended.out
