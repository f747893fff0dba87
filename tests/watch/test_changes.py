"""Saves as they are told of: what editors and tools do to files, on a real disk."""

import os
import queue
import shutil

import pytest
import watchfiles

from checker.watch import changes
from checker.watch.changes import Changes, look, matters
from checker.watch.events import Answered, Edited, Vanished


class Told(queue.Queue):
    """What was told, in order."""

    def files(self, *wanted):
        """Wait until every one of these was told of. Returns all that was."""
        seen = set()
        while not seen.issuperset(wanted):
            event = self.get(timeout=30)
            assert isinstance(event, Edited), event
            seen |= event.files
        return seen


@pytest.fixture
def root(here):
    root = here / "project"
    (root / "app").mkdir(parents=True)
    (root / "app/x.py").write_text("x = 1\n")
    return root


@pytest.fixture(params=["told", "polling"])
def told(root, request, monkeypatch):
    monkeypatch.setattr(changes, "POLL", 0.02)
    told = Told()
    with Changes(root, told.put, poll=request.param == "polling"):
        (root / "begun.py").touch()
        told.files("begun.py")
        yield told


def test_a_save(told, root):
    (root / "app/x.py").write_text("x = 2\n")
    assert told.files("app/x.py") == {"app/x.py"}


def test_two_saves_in_one_second_that_leave_the_size_as_it_is(told, root):
    for digit in "3456":
        (root / "app/x.py").write_text(f"x = {digit}\n")
        told.files("app/x.py")


def test_a_new_file_in_a_new_folder(told, root):
    (root / "app/a/b").mkdir(parents=True)
    (root / "app/a/b/y.py").write_text("y = 1\n")
    told.files("app/a/b/y.py")


def test_a_file_that_is_replaced_by_another_is_one_save(told, root):
    (root / "app/.x.py.swp").write_text("x = 2\n")
    (root / "app/.x.py.swp").rename(root / "app/x.py")
    assert told.files("app/x.py") == {"app/x.py"}


def test_a_file_that_is_removed(told, root):
    (root / "app/x.py").unlink()
    told.files("app/x.py")


def test_a_folder_that_is_renamed(told, root):
    (root / "app").rename(root / "service")
    told.files("app/x.py", "service/x.py")


def test_what_is_no_part_of_the_project_is_not_told_of(told, root):
    for name in (".checker/progress.json", "app/__pycache__/x.pyc", ".git/index", "posts.db"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("-")
    for name in ("app/.x.py.swp", "app/x.py~", "app/4913", "app/.#x.py", "app/#x.py#"):
        (root / name).write_text("-")
    (root / "end.py").touch()
    assert told.files("end.py") == {"end.py"}


def test_a_thousand_files_are_few_events(told, root):
    names = {f"app/more_{number}.py" for number in range(1000)}
    for name in names:
        (root / name).touch()
    told.files(*names)
    assert told.qsize() < 20


def test_the_whole_folder_goes_and_comes_back(told, root):
    shutil.rmtree(root)
    while (event := told.get(timeout=30)) != Vanished():
        assert isinstance(event, Edited)
    (root / "app").mkdir(parents=True)
    (root / "app/y.py").touch()
    told.files("app/y.py")
    (root / "app/z.py").touch()
    told.files("app/z.py")


def test_another_folder_in_its_place(told, root):
    (root.parent / "other/app").mkdir(parents=True)
    (root.parent / "other/app/z.py").touch()
    shutil.rmtree(root)
    (root.parent / "other").rename(root)
    seen = set()
    while "app/z.py" not in seen:
        event = told.get(timeout=30)
        seen |= event.files if isinstance(event, Edited) else set()
    (root / "app/z.py").write_text("z = 1\n")
    told.files("app/z.py")


@pytest.mark.parametrize("error", [OSError("OS file watch limit reached"), RuntimeError("24")])
def test_where_the_system_has_no_room_we_look_ourselves(root, monkeypatch, error):
    def full(*_, **__):
        raise error
        yield

    monkeypatch.setattr(watchfiles, "watch", full)
    monkeypatch.setattr(changes, "POLL", 0.02)
    told = Told()
    with Changes(root, told.put):
        answer = told.get(timeout=30)
        assert isinstance(answer, Answered)
        assert answer.sentence.startswith("The system reports no saves here")
        (root / "app/x.py").write_text("x = 2\n")
        told.files("app/x.py")


def test_a_save_that_was_not_reported_is_seen_all_the_same(root, monkeypatch):
    """As on a network disk: nothing comes but the time to look."""

    def silent(*_, stop_event, **__):
        while not stop_event.wait(0.02):
            yield set()

    monkeypatch.setattr(watchfiles, "watch", silent)
    told = Told()
    with Changes(root, told.put):
        (root / "app/x.py").write_text("x = 2\n")
        told.files("app/x.py")


def test_a_look_takes_links_for_what_they_are(root):
    (root / "app/link.py").symlink_to("nowhere")
    (root / "loop").symlink_to(root)
    assert set(look(root).files) == {"app/x.py", "app/link.py"}


def test_a_look_at_what_is_no_folder(here):
    assert look(here / "none") is None


@pytest.mark.parametrize("name", ["app/x.py", ".env", "alembic.ini", "tests/test_x.py"])
def test_what_matters(name):
    assert matters(name)


def test_a_folder_that_may_not_be_read(told, root):
    if os.geteuid() == 0:
        (root / "closed").mkdir(mode=0)
    else:
        (root / "closed").mkdir()
        (root / "closed").chmod(0)
    (root / "app/x.py").write_text("x = 2\n")
    told.files("app/x.py")
    (root / "closed").chmod(0o700)
