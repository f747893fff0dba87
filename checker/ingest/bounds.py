"""How much one submission may be."""

from dataclasses import dataclass

from checker.subject.snapshot import MOST_BYTES, MOST_FILES

MB = 1024**2


@dataclass(frozen=True)
class Bounds:
    """Counts, and sizes in bytes. No project of a course comes near any of them."""

    files: int = MOST_FILES
    """Files of the project."""
    size: int = MOST_BYTES
    """What they hold together."""
    source: int = MB
    """What one Python file may hold."""
    data: int = 5 * MB
    """Another file that holds more is none of the project's own, and is ignored."""
    entries: int = 100_000
    """All that is listed, also what is ignored."""
    packed: int = 512 * MB
    """An archive on disk."""
    directory: int = 16 * MB
    """The list of its entries in which a zip archive ends."""
    unpacked: int = 1024 * MB
    """What a compressed tar archive holds, also of what is ignored."""
    ratio: int = 200
    """How many times its own size an archive may unpack to, beyond the size of `data`."""
    depth: int = 32
    """Folders around a file."""
    name: int = 255
    """Bytes of a file's or a folder's name."""


BOUNDS = Bounds()
