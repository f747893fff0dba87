"""What of a submission is none of the project's own."""

from collections.abc import Set as AbstractSet

from checker.ingest.entry import Entry, Kind
from checker.ingest.names import Parts
from checker.subject.snapshot import LEFT_OUT, LEFT_OUT_ENDINGS

FOLDERS = LEFT_OUT | {
    ".hg",
    ".hypothesis",
    ".idea",
    ".import_linter_cache",
    ".ipynb_checkpoints",
    ".nox",
    ".svn",
    ".uv-cache",
    "__MACOSX",
    "htmlcov",
    "site-packages",
}
FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
ENVIRONMENT = "pyvenv.cfg"
"""The file by which a folder is known as an environment of Python's, whatever it is called."""


def ignored(entry: Entry, parts: Parts, environments: AbstractSet[Parts]) -> str:
    """How the reason is named for which an entry is ignored: a folder, or a kind of file.

    Empty where it counts. `environments` are the folders that hold `pyvenv.cfg`.
    """
    folders = parts[:-1] if entry.kind is Kind.FILE else parts
    for depth, name in enumerate(folders, start=1):
        if name in FOLDERS:
            return f"{name}/"
        if parts[:depth] in environments:
            return f"{'/'.join(parts[:depth])}/"
    if parts[-1] in FILES:
        return parts[-1]
    if parts[-1].startswith((".#", "._")):
        return f"{parts[-1][:2]}*"
    return next((f"*{end}" for end in LEFT_OUT_ENDINGS if parts[-1].endswith(end)), "")
