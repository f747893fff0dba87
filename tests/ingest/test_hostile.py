"""Archives and folders made to do harm: one sentence each, and nothing is written outside."""

import errno
import gzip
import os
import socket
import stat
import tarfile
import zipfile

import pytest

from checker.ingest import Ungradable, take_in
from checker.ingest.bounds import Bounds

from .conftest import PROJECT, make_folder, make_tar, make_zip


def refusal(path, to=None, **options):
    with pytest.raises(Ungradable) as caught:
        take_in(path, "app", to=to, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../escaped.py", "../escaped.py leads out of the submission."),
        ("app/../../escaped.py", "app/../../escaped.py leads out of the submission."),
        ("..\\escaped.py", "..\\escaped.py leads out of the submission."),
        (".venv/../../escaped.py", ".venv/../../escaped.py leads out of the submission."),
        ("/tmp/escaped.py", "/tmp/escaped.py is an absolute path."),
        ("C:/escaped.py", "C:/escaped.py is an absolute path."),
        ("C:\\escaped.py", "C:\\escaped.py is an absolute path."),
        ("app\\escaped.py", "app\\escaped.py has a character that no file's name may have."),
        ("app/a\nb.py", "app/a�b.py has a character that no file's name may have."),
        ("app/a\x1b[2Jb.py", "app/a�[2Jb.py has a character that no file's name may have."),
        ("app/main.py", "app/main.py is in it twice."),
        ("app/Main.py", "app/main.py and app/Main.py are one name where case does not count."),
        ("App/other.py", "app and App are one name where case does not count."),
        ("app/main.py/x", "app/main.py is a file and a folder."),
        (f"app/{'x' * 300}.py", "has a name of more than 255 bytes."),
        (f"{'x/' * 40}a.py", "lies more than 32 folders deep."),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_name_that_no_file_may_have(packed, tmp_path, name, sentence):
    archive = packed((name, b"escaped"))

    assert refusal(archive, to=tmp_path / "out" / "in").endswith(sentence)
    assert not [path for path in tmp_path.rglob("*escaped*") if path.is_file()]


def test_accents_written_in_two_ways_are_one_name(packed):
    archive = packed(("app/\u00e9.py", b""), ("app/e\u0301.py", b""))

    assert refusal(archive).endswith("are one name where case does not count.")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (tarfile.SYMTYPE, "app/it is a symbolic link."),
        (tarfile.LNKTYPE, "app/it is a hard link."),
        (tarfile.FIFOTYPE, "app/it is a named pipe."),
        (tarfile.CHRTYPE, "app/it is a device."),
        (tarfile.BLKTYPE, "app/it is a device."),
        (b"Z", "app/it is of an unknown kind."),
    ],
)
def test_a_tar_archive_with_more_than_files(tmp_path, kind, sentence):
    info = tarfile.TarInfo("app/it")
    info.type, info.linkname = kind, "../../../etc/passwd"
    archive = make_tar(tmp_path / "a.tar.gz", [*PROJECT.items(), info])

    assert refusal(archive) == sentence


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        (stat.S_IFLNK, "app/it is a symbolic link."),
        (stat.S_IFIFO, "app/it is a named pipe."),
        (stat.S_IFCHR, "app/it is a device."),
        (stat.S_IFSOCK, "app/it is a socket."),
        (0o50000, "app/it is of an unknown kind."),
    ],
)
def test_a_zip_archive_with_more_than_files(tmp_path, mode, sentence):
    info = zipfile.ZipInfo("app/it")
    info.create_system, info.external_attr = 3, (mode | 0o644) << 16
    archive = make_zip(tmp_path / "a.zip", [*PROJECT.items(), (info, b"/etc/passwd")])

    assert refusal(archive) == sentence


def test_a_file_in_the_place_of_a_link_to_a_folder_is_written_nowhere(tmp_path):
    link = tarfile.TarInfo("app/out")
    link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path / "target")
    (tmp_path / "target").mkdir()
    entries = [*PROJECT.items(), link, ("app/out/escaped.py", b"")]
    archive = make_tar(tmp_path / "a.tar.gz", entries)

    assert refusal(archive, to=tmp_path / "out") == "app/out is a symbolic link."
    assert not list((tmp_path / "target").iterdir())


@pytest.fixture
def project(tmp_path):
    return make_folder(tmp_path / "alice", PROJECT)


def test_a_folder_with_a_link_to_a_file(project):
    (project / "app/it").symlink_to("/etc/passwd")
    assert refusal(project) == "app/it is a symbolic link."


def test_a_folder_with_a_link_to_a_folder(project):
    (project / "app/it").symlink_to("/")
    assert refusal(project) == "app/it is a symbolic link."


def test_a_folder_with_a_pipe_is_not_waited_for(project):
    os.mkfifo(project / "app/it")
    assert refusal(project) == "app/it is a named pipe."


def test_a_folder_with_a_socket(project, monkeypatch):
    monkeypatch.chdir(project)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("app/it")
        assert refusal(project) == "app/it is a socket."


def test_a_folder_whose_names_are_no_text(project):
    (project / os.fsdecode(b"app/\xff.py")).write_bytes(b"")
    assert refusal(project).endswith("has a character that no file's name may have.")


def test_a_submission_that_is_a_link(project, tmp_path):
    (tmp_path / "link").symlink_to(project)
    assert refusal(tmp_path / "link") == "link is a symbolic link."


def test_a_file_that_may_not_be_read(project, monkeypatch):
    def refused(*_):  # as everybody is but root
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("checker.ingest.folder.os.open", refused)
    assert refusal(project).endswith("cannot be read: Permission denied.")


ZEROS = b"\0" * 4 * 1024**2


def test_a_bomb_of_zeros(packed):
    archive = packed(*((f"app/{number}.bin", ZEROS) for number in range(10)))

    assert refusal(archive) == "It unpacks to more than 200 times its size."


def test_a_bomb_in_what_is_ignored(tmp_path):
    archive = make_tar(
        tmp_path / "a.tar.gz",
        [*PROJECT.items(), *((f".venv/{number}", ZEROS) for number in range(10))],
    )

    assert refusal(archive, bounds=Bounds(unpacked=8 * 1024**2)) == "It unpacks to more than 8 MB."


def test_a_header_that_lies_about_the_size(tmp_path):
    archive = make_zip(tmp_path / "a.zip", [*PROJECT.items(), ("app/big.py", ZEROS)])
    data = bytearray(archive.read_bytes())
    at = data.index(b"app/big.py", data.rindex(b"PK\x01\x02")) - 46
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    archive.write_bytes(data)

    assert refusal(archive).startswith("It cannot be read as a zip archive: ")


def test_a_list_of_entries_that_would_fill_the_memory(tmp_path):
    archive = make_zip(tmp_path / "a.zip", PROJECT.items())

    said = refusal(archive, bounds=Bounds(directory=100))

    assert said == "Its list of entries is larger than 0 MB."


def test_a_list_of_entries_of_unknown_length(tmp_path):
    archive = make_zip(tmp_path / "a.zip", PROJECT.items())
    data = archive.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    archive.write_bytes(data[:end] + b"PK\x06\x07" + b"\0" * 16 + data[end:])

    assert refusal(archive) == "Its list of entries is larger than 16 MB."


def test_an_encrypted_archive(tmp_path):
    archive = make_zip(tmp_path / "a.zip", PROJECT.items())
    data = bytearray(archive.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    archive.write_bytes(data)

    assert refusal(archive) == "app/__init__.py is encrypted."


def test_a_compression_that_takes_any_amount_of_memory(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        for name, content in PROJECT.items():
            archive.writestr(name, content)

    assert refusal(tmp_path / "a.zip") == (
        "app/__init__.py is compressed in a way that is not read."
    )


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tar"])
@pytest.mark.parametrize("content", [b"", b"Hello", os.urandom(5_000), b"\x1f\x8b\x08" * 100])
def test_what_is_no_archive(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)

    kind = "zip" if name.endswith("zip") else "tar"
    assert refusal(tmp_path / name).startswith(f"It cannot be read as a {kind} archive: ")


def test_an_archive_that_was_cut_off(packed):
    archive = packed(("app/noise.bin", os.urandom(100_000)))
    data = archive.read_bytes()
    archive.write_bytes(data[: len(data) * 3 // 4])

    assert refusal(archive).startswith("It cannot be read as a ")


def test_an_archive_one_of_whose_bits_has_flipped(packed):
    archive = packed(("app/noise.bin", os.urandom(100_000)))
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 1
    archive.write_bytes(data)

    assert refusal(archive).startswith("It cannot be read as a ")


def header(name, kind, size):
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf()


def test_a_tar_header_too_long_for_the_memory(tmp_path):
    with gzip.open(tmp_path / "a.tar.gz", "wb") as stream:
        stream.write(header("x", tarfile.XHDTYPE, 2**30))
        stream.write(ZEROS)

    assert refusal(tmp_path / "a.tar.gz") == (
        "It cannot be read as a tar archive: one of its headers is too long."
    )


def test_a_tar_entry_of_negative_length_is_no_endless_loop(tmp_path):
    block = bytearray(header("app/main.py", tarfile.REGTYPE, 0))
    block[124:136] = b"\xff" * 10 + (2**16 - 1024).to_bytes(2, "big")
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    with gzip.open(tmp_path / "a.tar.gz", "wb") as stream:
        stream.write(bytes(block) * 2)

    assert refusal(tmp_path / "a.tar.gz").startswith("It cannot be read as a tar archive: ")


def test_a_tar_file_with_holes(tmp_path):
    block = header("app/holes", tarfile.GNUTYPE_SPARSE, 0)
    with gzip.open(tmp_path / "a.tar.gz", "wb") as stream:
        for name, content in PROJECT.items():
            stream.write(header(name, tarfile.REGTYPE, len(content)))
            stream.write(content.ljust(512 if content else 0, b"\0"))
        stream.write(block + b"\0" * 1024)

    assert refusal(tmp_path / "a.tar.gz") == "app/holes is a sparse file."


def test_an_archive_too_large_to_look_at(packed):
    assert refusal(packed(), bounds=Bounds(packed=100)) == "The archive is larger than 0 MB."


@pytest.mark.parametrize("name", ["a.rar", "a.txt"])
def test_an_archive_of_another_kind(tmp_path, name):
    (tmp_path / name).write_bytes(b"Rar!")
    assert refusal(tmp_path / name) == (
        f"{name} is neither a folder nor a .zip, .tar.gz, .tgz, .tar archive."
    )
