"""A tar archive, compressed by gzip or not, as a stream of entries."""

import gzip
import io
import tarfile
from collections.abc import Iterator
from functools import partial
from typing import IO, Any, BinaryIO, cast

from checker.ingest.bounds import MB
from checker.ingest.entry import CHUNK, Archive, Entry, Kind, chunks, understood
from checker.ingest.ungradable import Ungradable

KIND = "a tar archive"
_GZIP = b"\x1f\x8b"


class Tar(Archive):
    """Read from its beginning to its end, in one direction."""

    def entries(self) -> Iterator[Entry]:
        """In the archive's own order. Raises Ungradable."""
        with understood(KIND), self.path.open("rb") as file:
            compressed = file.read(2) == _GZIP
            file.seek(0)
            plain = cast(BinaryIO, gzip.GzipFile(fileobj=file) if compressed else file)
            stream = _Forward(plain, self.bounds.unpacked)
            with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r:") as archive:
                while (member := archive.next()) is not None:
                    cast(Any, archive).members.clear()  # they are kept for going back
                    yield Entry(
                        member.name, _kind(member), member.size, partial(_read, archive, member)
                    )
                while stream.read(CHUNK):  # an archive that was cut off says so at its end
                    pass


class _Forward:
    """A stream that is read in small steps, never backwards and not for ever.

    `tarfile` would read a header of any length at once, and go back for one of negative length.
    """

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream = stream
        self._most = most
        self._at = 0

    def tell(self) -> int:
        return self._at

    def seek(self, position: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET or position < self._at:
            raise tarfile.ReadError("its entries overlap")
        while self._at < position and self.read(min(CHUNK, position - self._at)):
            pass
        return self._at

    def read(self, size: int) -> bytes:
        if not 0 <= size <= CHUNK:
            raise tarfile.ReadError("one of its headers is too long")
        data = self._stream.read(size)
        self._at += len(data)
        if self._at > self._most:
            raise Ungradable(f"It unpacks to more than {self._most // MB} MB.")
        return data


def _kind(member: tarfile.TarInfo) -> Kind:
    kinds = {
        Kind.SPARSE: member.issparse(),
        Kind.FILE: member.isreg(),
        Kind.FOLDER: member.isdir(),
        Kind.SYMBOLIC_LINK: member.issym(),
        Kind.HARD_LINK: member.islnk(),
        Kind.PIPE: member.isfifo(),
        Kind.DEVICE: member.ischr() or member.isblk(),
    }
    return next((kind for kind, holds in kinds.items() if holds), Kind.UNKNOWN)


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    with understood(KIND):
        stream = archive.extractfile(member)
        assert stream is not None
        with stream:
            yield from chunks(stream)
