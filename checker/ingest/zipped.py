"""A zip archive as a stream of entries."""

import stat
import struct
import zipfile
from collections.abc import Iterator
from functools import partial

from checker.ingest.bounds import MB
from checker.ingest.entry import Archive, Entry, Kind, chunks, understood
from checker.ingest.folder import kind_of
from checker.ingest.ungradable import Ungradable, shown

KIND = "a zip archive"
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The others may take any amount of memory to unpack."""
_END = b"PK\x05\x06"
_END_SIZE = 22
_LOCATOR = b"PK\x06\x07"
_LOCATOR_SIZE = 20
_LONGEST_COMMENT = 2**16 - 1


class Zip(Archive):
    """`zipfile` holds the list of all entries in memory, so that its size is looked at before."""

    def entries(self) -> Iterator[Entry]:
        """In the archive's own order. Raises Ungradable."""
        with understood(KIND):
            self._look_at_directory()
            with zipfile.ZipFile(self.path) as archive:
                for info in archive.infolist():
                    kind = Kind.FOLDER if info.is_dir() else _kind(info)
                    yield Entry(info.filename, kind, info.file_size, partial(_read, archive, info))

    def _look_at_directory(self) -> None:
        """Raises Ungradable where the list of entries is too large to be read."""
        with self.path.open("rb") as stream:
            stream.seek(max(0, self.packed - _END_SIZE - _LONGEST_COMMENT - _LOCATOR_SIZE))
            tail = stream.read()
        at = len(tail) - _END_SIZE
        if not tail[at:].startswith(_END) or not tail.endswith(b"\0\0"):
            at = tail.rfind(_END)
        if at < 0 or len(tail) < at + _END_SIZE:
            raise Ungradable(f"It cannot be read as {KIND}: it is none.")
        (size,) = struct.unpack_from("<L", tail, at + 12)
        large = tail[max(0, at - _LOCATOR_SIZE) : at].startswith(_LOCATOR)
        if large or size > self.bounds.directory:
            most = self.bounds.directory // MB
            raise Ungradable(f"Its list of entries is larger than {most} MB.")


def _kind(info: zipfile.ZipInfo) -> Kind:
    mode = info.external_attr >> 16  # nothing where it was made on Windows
    return kind_of(mode) if stat.S_IFMT(mode) else Kind.FILE


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    if info.flag_bits & 0x1:
        raise Ungradable(f"{shown(info.filename)} is encrypted.")
    if info.compress_type not in _METHODS:
        raise Ungradable(f"{shown(info.filename)} is compressed in a way that is not read.")
    with understood(KIND), archive.open(info) as stream:
        yield from chunks(stream)
