"""What is not graded at a level that keeps code apart, said in a sentence."""

import pytest

from checker.curriculum import load_curriculum
from checker.errors import UserError
from checker.judge import Grader
from checker.judge.session.worker import refuse_servers

CURRICULUM = load_curriculum()


def test_a_lesson_that_has_not_been_tried_so_is_refused(tmp_path):
    untried = [lesson for lesson in CURRICULUM.lessons if not lesson.enclosed]
    assert [lesson.number for lesson in untried] == ["11", "12", "13", "14", "15", "16", "17"]
    with (
        Grader(untried[0], workers=1, isolation="limited") as grader,
        pytest.raises(UserError, match="Lesson 11 has not been tried yet"),
    ):
        grader.grade(tmp_path)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CHECKER_DATABASE_URL", "postgresql://user:password@127.0.0.1:5432/postgres"),
        ("CHECKER_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"),
    ],
)
def test_a_server_that_enclosed_code_cannot_reach_is_refused(monkeypatch, variable, value):
    monkeypatch.delenv("CHECKER_DATABASE_URL", raising=False)
    refuse_servers()
    monkeypatch.setenv(variable, value)
    with pytest.raises(UserError, match=f"{variable} names a server"):
        refuse_servers()
