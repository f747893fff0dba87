"""Which names the files of a submission may have."""

import re
import unicodedata

from checker.ingest.bounds import Bounds
from checker.ingest.ungradable import Ungradable, shown

Parts = tuple[str, ...]


def parts_of(name: str) -> Parts:
    """The parts of a name that stays inside; none for the top itself. Raises Ungradable."""
    if name.startswith("/") or re.match(r"[A-Za-z]:[/\\]", name):
        raise Ungradable(f"{shown(name)} is an absolute path.")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if ".." in name.replace("\\", "/").split("/"):
        raise Ungradable(f"{shown(name)} leads out of the submission.")
    return parts


def examine(parts: Parts, bounds: Bounds) -> None:
    """Raises Ungradable for a name that no project's file has."""
    name = "/".join(parts)
    if len(parts) > bounds.depth + 1:
        raise Ungradable(f"{shown(name)} lies more than {bounds.depth} folders deep.")
    for part in parts:
        if "\\" in part or any(unicodedata.category(char) in ("Cc", "Cs") for char in part):
            raise Ungradable(f"{shown(name)} has a character that no file's name may have.")
        if len(part.encode()) > bounds.name:
            raise Ungradable(f"{shown(name)} has a name of more than {bounds.name} bytes.")


class Names:
    """The names that one submission has so far."""

    def __init__(self) -> None:
        self._known: dict[Parts, tuple[Parts, bool]] = {}
        """By how a file system that is blind to case has them: the name, and whether a file's."""

    def add(self, parts: Parts) -> None:
        """Raises Ungradable where a second file would be in the place of a first."""
        for depth in range(1, len(parts) + 1):
            here, is_file = parts[:depth], depth == len(parts)
            folded = tuple(unicodedata.normalize("NFC", part).casefold() for part in here)
            if folded not in self._known:
                self._known[folded] = here, is_file
                continue
            before, was_file = self._known[folded]
            name, other = "/".join(here), "/".join(before)
            if before != here:
                raise Ungradable(
                    f"{shown(other)} and {shown(name)} are one name where case does not count."
                )
            if is_file is not was_file:
                raise Ungradable(f"{shown(name)} is a file and a folder.")
            if is_file:
                raise Ungradable(f"{shown(name)} is in it twice.")
