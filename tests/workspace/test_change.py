"""What may change in the learner's project."""

import pytest

from checker.errors import UserError
from checker.workspace import advance, catch_up, create, is_workspace, load, reached, reset


def files(root):
    found = (p.relative_to(root) for p in root.rglob("*") if p.is_file())
    return sorted(p.as_posix() for p in found if p.parts[0] != ".checker")


def written(root, file, text):
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(text)


class TestCreate:
    def test_begins_as_the_lesson_begins(self, root):
        assert files(root) == ["app/__init__.py", "app/greeting.py"]
        assert "NotImplementedError" in (root / "app/greeting.py").read_text()
        assert is_workspace(root)
        assert load(root).progress.current == "00-greeting"

    def test_a_later_lesson_stands_on_the_reference(self, curriculum, lessons, tmp_path):
        create(curriculum, tmp_path / "new", lessons[1])

        assert "warmer" not in (tmp_path / "new/app/greeting.py").read_text()
        assert "return" in (tmp_path / "new/app/greeting.py").read_text()
        assert "NotImplementedError" in (tmp_path / "new/app/farewell.py").read_text()

    def test_a_project_that_is_there_is_taken_over_as_it_is(self, curriculum, lessons, tmp_path):
        written(tmp_path, "app/greeting.py", "mine")

        done = create(curriculum, tmp_path, lessons[0])

        assert (tmp_path / "app/greeting.py").read_text() == "mine"
        assert done.left == ("app/greeting.py",)

    def test_a_folder_of_other_things_is_refused(self, curriculum, lessons, tmp_path):
        written(tmp_path, "holiday.jpg", "beach")

        with pytest.raises(UserError, match="is not empty"):
            create(curriculum, tmp_path, lessons[0])

        assert files(tmp_path) == ["holiday.jpg"]


class TestAdvance:
    def test_adds_the_next_lessons_starter(self, root, lessons):
        done = advance(root, lessons[1])

        assert (done.added, done.left) == (("app/farewell.py",), ())

    def test_leaves_what_the_learner_has_already(self, root, lessons):
        written(root, "app/farewell.py", "mine")

        done = advance(root, lessons[1])

        assert (done.added, done.left) == ((), ("app/farewell.py",))
        assert (root / "app/farewell.py").read_text() == "mine"
        assert not (root / ".checker" / "backups").exists()

    def test_a_file_where_a_folder_should_be(self, tmp_path, lessons):
        written(tmp_path, "app", "a file")

        with pytest.raises(UserError, match="is a file where a folder should be"):
            advance(tmp_path, lessons[1])


class TestCatchUp:
    def test_forward_the_project_becomes_the_reference(self, curriculum, root, lessons):
        done = catch_up(curriculum, root, lessons[2])

        assert "warmer" in (root / "app/greeting.py").read_text()
        assert done.change.added == ("app/farewell.py", "app/manners.py")
        assert done.change.replaced == ("app/greeting.py",)

    def test_backward_later_lessons_files_go(self, curriculum, root, lessons):
        catch_up(curriculum, root, lessons[2])
        written(root, "app/manners.py", "my manners")

        done = catch_up(curriculum, root, lessons[0])

        assert files(root) == ["app/__init__.py", "app/greeting.py"]
        assert done.change.removed == ("app/farewell.py", "app/manners.py")
        assert (done.change.backup / "app/manners.py").read_text() == "my manners"

    def test_the_learners_own_files_stay_and_are_named(self, curriculum, root, lessons):
        written(root, "app/ideas.py", "mine")

        done = catch_up(curriculum, root, lessons[1])

        assert done.kept == ("app/ideas.py",)
        assert (root / "app/ideas.py").read_text() == "mine"

    def test_everything_replaced_is_in_the_backup(self, curriculum, root, lessons):
        written(root, "app/greeting.py", "my greeting")

        done = catch_up(curriculum, root, lessons[1])

        assert files(done.change.backup) == ["app/greeting.py"]
        assert (done.change.backup / "app/greeting.py").read_text() == "my greeting"


class TestReset:
    def test_puts_the_starter_back_and_keeps_the_learners_in_a_backup(self, root, lessons):
        written(root, "app/greeting.py", "my greeting")

        done = reset(root, lessons[0])

        assert "NotImplementedError" in (root / "app/greeting.py").read_text()
        assert done.replaced == ("app/greeting.py",)
        assert (done.backup / "app/greeting.py").read_text() == "my greeting"

    def test_touches_no_other_lessons_files(self, root, lessons):
        advance(root, lessons[1])
        written(root, "app/greeting.py", "my greeting")

        assert reset(root, lessons[1]).changed == ()
        assert (root / "app/greeting.py").read_text() == "my greeting"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_where_a_project_has_got_to_shows_in_its_files(curriculum, lessons, tmp_path, number):
    create(curriculum, tmp_path / "new", lessons[number])

    assert reached(curriculum, tmp_path / "new") == lessons[number]
