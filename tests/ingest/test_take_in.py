"""What was handed in becomes a project, however it was packed."""

import gc
import os
from pathlib import Path

import pytest

from checker.ingest import Ungradable, take_in
from checker.ingest.bounds import Bounds

from .conftest import PROJECT, make_folder, make_tar, make_zip


def written(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def refusal(path, **options):
    with pytest.raises(Ungradable) as caught:
        take_in(path, "app", **options)
    return str(caught.value)


def test_every_file_is_written_as_it_was(handed_in, tmp_path):
    take_in(handed_in(PROJECT), "app", to=tmp_path / "out")

    assert written(tmp_path / "out") == PROJECT


def test_the_digest_is_that_of_the_files_however_they_are_packed(tmp_path):
    reverse = sorted(PROJECT.items(), reverse=True)
    ways = [
        make_folder(tmp_path / "folder", PROJECT),
        make_zip(tmp_path / "a.zip", reverse),
        make_tar(tmp_path / "a.tar.gz", PROJECT.items()),
    ]

    assert len({take_in(way, "app").digest for way in ways}) == 1


@pytest.mark.parametrize("change", [{"app/main.py": b"answer = 43\n"}, {"app/more.py": b""}])
def test_another_file_is_another_digest(tmp_path, change):
    before = make_folder(tmp_path / "before", PROJECT)
    after = make_folder(tmp_path / "after", PROJECT | change)

    assert take_in(before, "app").digest != take_in(after, "app").digest


def test_a_project_one_folder_deeper_is_found(handed_in, tmp_path):
    files = {f"repo-main/{name}": content for name, content in PROJECT.items()}

    taken = take_in(handed_in(files | {"notes.txt": b"-"}), "app", to=tmp_path / "out")

    assert written(tmp_path / "out") == PROJECT
    assert taken.ignored == ("notes.txt",)


def test_an_archive_alone_in_a_folder_is_what_was_handed_in(tmp_path):
    (tmp_path / "alice").mkdir()
    make_zip(tmp_path / "alice/project.zip", PROJECT.items())

    take_in(tmp_path / "alice", "app", to=tmp_path / "out")

    assert written(tmp_path / "out") == PROJECT


JUNK = {
    ".git/HEAD": (".git/", b"ref"),
    ".venv/bin/python": (".venv/", b"\x7fELF"),
    "app/__pycache__/main.pyc": ("__pycache__/", b"-"),
    "node_modules/a/b.js": ("node_modules/", b"-"),
    "my-env/pyvenv.cfg": ("my-env/", b""),
    "my-env/lib/x.py": ("my-env/", b"-"),
    "data/posts.db": ("*.db", b"SQLite"),
    ".DS_Store": (".DS_Store", b"-"),
    "__MACOSX/app/._main.py": ("__MACOSX/", b"-"),
}


@pytest.mark.parametrize("name", JUNK)
def test_what_is_none_of_the_projects_is_ignored_and_named(handed_in, tmp_path, name):
    reason, content = JUNK[name]
    beside = {"my-env/pyvenv.cfg": b""} if name.startswith("my-env") else {}

    taken = take_in(handed_in(PROJECT | beside | {name: content}), "app", to=tmp_path / "out")

    assert written(tmp_path / "out") == PROJECT
    assert taken.ignored == (reason,)


def test_large_data_is_ignored_and_named_with_its_size(handed_in, tmp_path):
    files = PROJECT | {"data/all.csv": os.urandom(6 * 1024**2)}

    taken = take_in(handed_in(files), "app", to=tmp_path / "out")

    assert written(tmp_path / "out") == PROJECT
    assert taken.ignored == ("data/all.csv (6 MB)",)


def test_of_many_ignored_things_the_first_are_named(handed_in):
    files = PROJECT | {f"data/{number:02}.csv": b"-" * 101 for number in range(12)}

    taken = take_in(handed_in(files), "app", bounds=Bounds(data=100))

    assert len(taken.ignored) == 11
    assert taken.ignored[-1] == "and 2 more"


def test_links_in_what_is_ignored_are_no_matter(tmp_path):
    project = make_folder(tmp_path / "alice", PROJECT)
    (project / ".venv").symlink_to("/usr")

    assert take_in(project, "app").ignored == (".venv/",)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"main.py": b""}, "holds no app/ folder with files, neither at its top nor"),
        ({"app": b""}, "holds no app/ folder with files"),
        ({"a/b/app/main.py": b""}, "holds no app/ folder with files"),
        ({"__MACOSX/app/main.py": b""}, "holds no app/ folder with files"),
        (
            {"one/app/a.py": b"", "two/app/a.py": b""},
            "It holds more than one project: one/ and two/.",
        ),
    ],
)
def test_what_holds_no_project_or_two_is_refused(handed_in, files, sentence):
    assert sentence in refusal(handed_in(files))


@pytest.mark.parametrize(
    ("bounds", "sentence"),
    [
        (Bounds(files=2), "It has more than 2 files."),
        (Bounds(size=15), "Its files hold more than 0 MB."),
        (Bounds(source=5), "app/main.py is larger than 0 MB."),
        (Bounds(entries=2), "It lists more than 2 entries."),
        (Bounds(depth=0), "lies more than 0 folders deep."),
        (Bounds(name=5), "has a name of more than 5 bytes."),
    ],
)
def test_what_is_too_much_is_refused(handed_in, bounds, sentence):
    assert refusal(handed_in(PROJECT), bounds=bounds).endswith(sentence)


def test_a_folder_too_deep_to_remove_is_refused(tmp_path):
    """Deeper than a path can name, and than Python's own removal goes."""
    project = make_folder(tmp_path / "alice", PROJECT)
    depth = 1_500
    here = [os.open(project / "app", os.O_RDONLY)]
    for _ in range(depth):
        os.mkdir("deep", dir_fd=here[0])
        here.append(os.open("deep", os.O_RDONLY, dir_fd=here[0]))
        os.close(here.pop(0))
    try:
        said = refusal(project)
    finally:
        for _ in range(depth):
            here.append(os.open("..", os.O_RDONLY, dir_fd=here[0]))
            os.close(here.pop(0))
            os.rmdir("deep", dir_fd=here[0])
        os.close(here[0])

    assert said.endswith("folders deep.")


def test_nothing_is_left_open(handed_in, tmp_path):
    source = handed_in(PROJECT)
    take_in(source, "app")
    gc.collect()  # what earlier tests have left is closed now, and not in between
    before = len(list(Path("/proc/self/fd").iterdir()))

    take_in(source, "app", to=tmp_path / "out")
    refusal(source, bounds=Bounds(files=1))

    assert len(list(Path("/proc/self/fd").iterdir())) == before
