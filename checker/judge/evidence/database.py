"""Evidence from the running check's own database, which the judge itself opens."""

import pytest

from checker.judge.databases.database import Database
from checker.judge.databases.sqlite import SqliteDatabase
from checker.judge.evidence.context import Grading
from checker.judge.evidence.project import Project


@pytest.fixture
def database(grading: Grading, project: Project) -> Database:
    """This check's own database, where the submission's DATABASE_URL points. Empty at first."""
    _ = project.root  # made now, or the folder would be cleared again
    return grading.databases.empty()


@pytest.fixture
def sqlite(project: Project) -> SqliteDatabase:
    """A SQLite file of this check's own, where the submission's DATABASE_URL then points.

    For what only SQLite does, on whichever database the other checks are. Empty at first.
    """
    database = SqliteDatabase(project.beside / "check.db")
    project.env["DATABASE_URL"] = database.url
    return database
