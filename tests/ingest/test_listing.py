"""Who has handed in, and where."""

import pytest

from checker.errors import UserError
from checker.ingest import Submission, submissions

from .conftest import PROJECT, make_folder, make_zip


@pytest.fixture
def school(tmp_path):
    folder = tmp_path / "class"
    make_folder(folder / "bob", PROJECT)
    make_zip(folder / "alice.zip", PROJECT.items())
    (folder / ".DS_Store").write_bytes(b"")
    (folder / "notes.txt").write_bytes(b"")
    return folder


def named(found):
    return [(each.student, each.path.name, each.problem) for each in found]


def test_a_folder_holds_a_folder_or_an_archive_for_each_student(school):
    assert named(submissions([school], "app")) == [("alice", "alice.zip", ""), ("bob", "bob", "")]


@pytest.mark.parametrize("ending", [".zip", ".tar.gz", ".tgz", ".ZIP"])
def test_a_student_is_named_as_the_archive_without_its_ending(tmp_path, ending):
    archive = make_zip(tmp_path / f"ann.b{ending}", PROJECT.items())

    assert submissions([archive], "app") == [Submission("ann.b", archive)]


def test_several_sources_are_one_class(school, tmp_path):
    late = make_zip(tmp_path / "carol.zip", PROJECT.items())

    assert [each.student for each in submissions([late, school], "app")] == [
        "alice",
        "bob",
        "carol",
    ]


def test_a_table_names_students_and_paths_seen_from_it(school):
    (school.parent / "class.csv").write_text(
        "\ufeffstudent,path,group\nBob,class/bob,1\n=Ann,class/alice.zip,2\n"
    )

    found = submissions([school.parent / "class.csv"], "app")

    assert named(found) == [("=Ann", "alice.zip", ""), ("Bob", "bob", "")]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("name,path\nBob,x\n", "Line 2 of .*class.csv has no student."),
        ("student,path\nBob,\n", "Line 2 of .*class.csv has no path."),
        ("student,path\n", "holds no submission."),
    ],
)
def test_a_table_that_lacks_something(tmp_path, table, sentence):
    (tmp_path / "class.csv").write_text(table)

    with pytest.raises(UserError, match=sentence):
        submissions([tmp_path / "class.csv"], "app")


def test_who_hands_in_twice_is_told_apart_from_nobody(school):
    make_folder(school / "alice", PROJECT)

    first = submissions([school], "app")[0]

    assert first.problem == "It was handed in twice: alice and alice.zip."


def test_a_link_is_not_followed(school):
    (school / "carol").symlink_to("bob")

    assert named(submissions([school], "app"))[-1] == (
        "carol",
        "carol",
        "carol is a symbolic link.",
    )


def test_an_archive_that_is_not_read_is_said(school):
    (school / "carol.rar").write_bytes(b"Rar!")

    assert named(submissions([school], "app"))[-1] == (
        "carol.rar",
        "carol.rar",
        "carol.rar is no archive that is read: .zip and .tar.gz are.",
    )


def test_what_is_ours_is_none(school):
    make_folder(school / "reports/bob", {"x.txt": b""})

    found = submissions([school], "app", but=[school / "reports"])

    assert [each.student for each in found] == ["alice", "bob"]


def test_a_folder_whose_name_is_no_text_has_one(school):
    (school / "bob").rename(school / b"b\xf6b".decode(errors="surrogateescape"))

    assert [each.student for each in submissions([school], "app")] == ["alice", "b\ufffdb"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nowhere", "There is no "),
        ("class/bob", "is a project itself, and not a folder of submissions."),
        ("class/notes.txt", "is neither a folder nor an archive nor a CSV file."),
        ("empty", "holds no submission."),
    ],
)
def test_what_is_no_class(school, name, sentence):
    (school.parent / "empty").mkdir()

    with pytest.raises(UserError, match=sentence):
        submissions([school.parent / name], "app")
