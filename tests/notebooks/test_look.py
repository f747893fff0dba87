"""What notebooks begin with."""

import os
import sys
from pathlib import Path

import pytest

from kit import look


def test_sql_breaks_before_its_clauses_and_fits_the_page():
    columns = ", ".join(f"posts.column_{number}" for number in range(12))
    join = "LEFT OUTER JOIN users ON users.id = posts.user_id"
    lines = look.wrap(f"SELECT {columns} FROM posts {join} WHERE posts.id = ?").splitlines()
    assert max(map(len, lines)) <= 78
    assert lines[-3:] == ["  FROM posts", f"  {join}", "  WHERE posts.id = ?"]


def test_short_sql_and_the_lines_of_a_create_table_stay_as_they_are():
    assert (
        look.wrap("DELETE FROM users WHERE users.id = ?") == "DELETE FROM users WHERE users.id = ?"
    )
    table = "CREATE TABLE users (\n  id INTEGER NOT NULL\n)"
    assert look.wrap(table) == table


@pytest.mark.parametrize(
    ("prediction", "said"),
    [(None, "What would you have said?"), (6, "as you predicted"), (5, "You predicted 5")],
)
def test_a_prediction_is_set_beside_what_is_seen(prediction, said, capsys):
    look.compare(prediction, 6)
    printed = " ".join(capsys.readouterr().out.split())
    assert printed.startswith("Seen: 6")
    assert said in printed


def test_a_reference_is_opened_once_and_leaves_everything_as_it_was():
    before = Path.cwd(), dict(os.environ), sys.dont_write_bytecode
    view = look.open("01-models")
    try:
        assert look.open("01-models") is view
        assert Path.cwd() == view.project
        assert view.project.joinpath("app/models/post.py").exists()
    finally:
        view.close()
    assert (Path.cwd(), dict(os.environ), sys.dont_write_bytecode) == before
    assert not view.project.exists()
