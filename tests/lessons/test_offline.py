"""What PostgreSQL would be sent, by the migrations of lesson 02, without a server."""

from checker.curriculum.composition import solved, write
from checker.judge.evidence import Command, Project
from checker.subject import Snapshot, Subject
from kit.offline import statements

from .conftest import CURRICULUM


def test_the_migrations_are_written_for_postgresql(tmp_path):
    write(solved(CURRICULUM, CURRICULUM.lesson("02")), tmp_path / "project")
    snapshot = Snapshot(tmp_path / "project")
    with Subject() as subject:
        project = Project(subject, snapshot, {"DATABASE_URL": "sqlite://"}, deadline=60.0)
        sql = statements(Command(project), project, "upgrade", "head")
    snapshot.close()
    assert "created_at TIMESTAMP WITH TIME ZONE" in sql
    assert "PRAGMA" not in sql
    assert "INFO" not in sql
    assert project.env == {"DATABASE_URL": "sqlite://"}
