"""What of a project is graded."""

import pytest

from checker.errors import UserError
from checker.subject import Snapshot


def test_a_symbolic_link_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app/models").symlink_to("/etc")
    with pytest.raises(UserError, match="app/models is a symbolic link, and only plain files"):
        Snapshot(tmp_path)


def test_links_of_an_environment_a_database_or_an_editor_are_passed_over(tmp_path):
    for folder in ("app", "env/bin"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "env/pyvenv.cfg").touch()
    for name in ("env/bin/python", "posts.db", "app/.#main.py"):
        (tmp_path / name).symlink_to("/nowhere")
    snapshot = Snapshot(tmp_path)
    assert [path.name for path in snapshot.root.rglob("*")] == ["app"]
    snapshot.close()
