"""Submissions as folders, zip and tar archives, made of the same files."""

import io
import tarfile
import zipfile

import pytest

PROJECT = {"app/__init__.py": b"", "app/main.py": b"answer = 42\n", "README.md": b"Hello.\n"}


def make_zip(path, entries):
    """`entries` are names, or ZipInfos, with what they hold."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def make_tar(path, entries):
    """`entries` are names with what they hold, or TarInfos."""
    with tarfile.open(path, "w:gz") as archive:
        for entry in entries:
            if isinstance(entry, tarfile.TarInfo):
                archive.addfile(entry)
                continue
            name, content = entry
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def make_folder(path, files):
    for name, content in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return path


@pytest.fixture(params=["folder", "zip", "tar.gz"])
def handed_in(request, tmp_path):
    """Hand in these files, in each of the ways there are."""

    def handed_in(files):
        if request.param == "folder":
            return make_folder(tmp_path / "submission", files)
        make = {"zip": make_zip, "tar.gz": make_tar}[request.param]
        return make(tmp_path / f"submission.{request.param}", files.items())

    return handed_in


@pytest.fixture(params=["zip", "tar.gz"])
def packed(request, tmp_path):
    """As `handed_in`, in archives alone, which may hold what no folder can."""

    def packed(*entries):
        make = {"zip": make_zip, "tar.gz": make_tar}[request.param]
        return make(tmp_path / f"submission.{request.param}", [*PROJECT.items(), *entries])

    return packed
