"""A change that is cut off or meets a save, at each line of the code that makes it.

Nothing may be lost, and what is left half-way is undone or finished by whoever comes next.
"""

import itertools
import json
import os
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest

import checker.workspace
from checker.errors import UserError
from checker.workspace import mend, overwrite, transaction
from checker.workspace.transaction import put as transaction_put

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
CODE = str(Path(checker.workspace.__file__).parent)
BEFORE = {"app/mine.py": b"mine", "app/gone.py": b"gone", "lib/only.py": b"only"}
CHANGES = {
    "app/mine.py": b"theirs",
    "app/gone.py": None,
    "lib/only.py": None,
    "app/models/new.py": b"new",
    "README": b"read",
}
AFTER = {name: content for name, content in CHANGES.items() if content is not None}
EVERY = 31
"""Of the lines, those that are tried; all of them where CHECKER_EVERY_LINE is set."""


def tree(root, hidden=False):
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in root.rglob("*")
        if p.is_file() and (hidden or ".checker" not in p.relative_to(root).parts)
    }


def left_over(root):
    """What is in the workspace's own folder beside backups, progress and what git reads."""
    folder = root / ".checker"
    known = {"backups", "progress.json", ".gitignore"}
    return [p.name for p in folder.glob("*") if p.name not in known] if folder.is_dir() else []


@pytest.fixture
def make(tmp_path):
    """A project, in a folder of its own each time."""
    numbers = itertools.count()

    def make():
        root = tmp_path / str(next(numbers))
        for name, content in BEFORE.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        return root

    return make


def at_line(number, happens):
    """Have something happen before that line of the workspace's code, counted as it runs."""
    lines = itertools.count()

    def within(frame, event, arg):
        if event == "line" and next(lines) == number:
            sys.settrace(None)
            happens()
        return within

    def called(frame, event, arg):
        return within if frame.f_code.co_filename.startswith(CODE) else None

    sys.settrace(called)


def lines_of(change):
    """How many lines it runs."""
    count = itertools.count()

    def within(frame, event, arg):
        if event == "line":
            next(count)
        return within

    before = sys.gettrace()
    sys.settrace(lambda frame, *_: within if frame.f_code.co_filename.startswith(CODE) else None)
    try:
        change()
    finally:
        sys.settrace(before)
    return next(count)


@pytest.fixture
def lines(make):
    """The numbers of lines at which something is to happen."""
    root = make()
    step = 1 if os.environ.get("CHECKER_EVERY_LINE") else EVERY
    return range(0, lines_of(lambda: change(root)), step)


def change(root):
    return overwrite(root, CHANGES, reason="catch-up-01", lesson="01-models", now=NOW)


def in_a_child(do):
    """Do it in a process that is a copy of this one, and wait until that has ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # forking where there are threads, as xdist has them
        pid = os.fork()
    if pid == 0:
        try:
            do()
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def current(root):
    file = root / ".checker/progress.json"
    return json.loads(file.read_bytes())["current"] if file.exists() else None


def test_killed_at_any_line_it_is_undone_or_finished_by_the_next(make, lines):
    ends = set()
    for number in lines:
        root = make()

        def killed(root=root, number=number):
            at_line(number, lambda: os._exit(9))
            change(root)

        assert in_a_child(killed) == 9
        said = mend(root)

        now = tree(root)
        assert now in (BEFORE, AFTER), f"line {number}: {now}"
        assert current(root) == ("01-models" if now == AFTER else None), f"line {number}"
        assert left_over(root) == [], f"line {number}"
        if said:
            ends.add(said)
        assert mend(root) is None
    assert ends == {
        "A change that was cut off (catch-up-01) is undone: your files are as they were.",
        "A change that was cut off (catch-up-01) is finished now.",
    }


@pytest.mark.parametrize("error", [UserError("Full.", "Free some."), KeyboardInterrupt()])
def test_stopped_at_any_line_everything_is_as_it_was_or_done(make, lines, error):
    for number in lines:
        root = make()

        def stop():
            raise error

        at_line(number, stop)
        try:
            change(root)
        except type(error):
            pass
        finally:
            sys.settrace(None)
        mend(root)

        assert tree(root) in (BEFORE, AFTER), f"line {number}: {tree(root)}"
        assert left_over(root) == [], f"line {number}"


def test_killed_while_it_is_undone(make):
    """Cut off in the middle, and then again at each line of the next command's undoing."""

    def half_way():
        root = make()
        calls = itertools.count()

        def put(*args):
            if next(calls) == 1:
                os._exit(9)
            transaction_put(*args)

        def killed():
            transaction.put = put
            change(root)

        assert in_a_child(killed) == 9
        return root

    assert tree(half_way()) not in (BEFORE, AFTER)
    undoing = half_way()
    step = 1 if os.environ.get("CHECKER_EVERY_LINE") else EVERY
    for number in range(0, lines_of(lambda: mend(undoing)), step):
        root = half_way()

        def killed_again(root=root, number=number):
            at_line(number, lambda: os._exit(9))
            mend(root)

        in_a_child(killed_again)
        mend(root)

        assert tree(root) == BEFORE, f"line {number}"
        assert left_over(root) == []


def in_place(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"saved")


def by_another_file(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(".saving.tmp")
    new.write_bytes(b"saved")
    new.replace(path)


@pytest.mark.parametrize("save", [in_place, by_another_file])
@pytest.mark.parametrize("name", ["app/mine.py", "app/gone.py", "app/models/new.py"])
def test_a_save_at_any_line_is_kept(make, lines, name, save):
    kept = set()
    for number in lines:
        root = make()
        at_line(number, lambda root=root: save(root / name))
        try:
            change(root)
            outcome = "done"
        except UserError as error:
            outcome = error.sentence
        finally:
            sys.settrace(None)

        files = tree(root)
        places = [
            place for place, content in tree(root, hidden=True).items() if content == b"saved"
        ]
        assert places, f"line {number}: the save is lost"
        if outcome == "done":  # it came before the file was looked at, or after it was replaced
            others = files.keys() - {name, f"{name}.saved"}
            assert {n: files[n] for n in others} == {n: AFTER[n] for n in AFTER if n != name}
        else:
            assert files == {**BEFORE, name: b"saved"}, f"line {number}"
            assert outcome.startswith(f"You saved {name} just as it was to be replaced")
        kept.add(outcome == "done")
        assert left_over(root) == []
    assert kept == {True, False}


def test_what_an_editor_writes_into_the_moved_file_is_seen(make, lines):
    """An editor that has the file open writes into it, wherever it has been moved to."""
    for number in lines:
        root = make()
        with (root / "app/mine.py").open("r+b") as editor:

            def write(editor=editor):
                editor.write(b"typed")
                editor.flush()

            at_line(number, write)
            try:
                change(root)
            except UserError:
                assert (root / "app/mine.py").read_bytes() == b"typed", f"line {number}"
            finally:
                sys.settrace(None)
        assert b"typed" in tree(root, hidden=True).values(), f"line {number}"
