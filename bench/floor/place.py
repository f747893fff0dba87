"""Where a grading on the floor happens, and what one check needs there."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from checker.judge.evidence import SqliteDatabase
from kit import usual

Memory = dict[str, Any]
"""What checks have in common: the first user, the answers of shared probes."""

_PATH = os.environ.get("PATH", os.defpath)


@dataclass(frozen=True)
class Needs:
    """What a check needs beside the one process that most checks share."""

    fork: bool = False
    """A process of its own, with the learner's modules imported."""
    pristine: bool = False
    """A process of its own that has imported nothing of the learner's."""
    copy: bool = False
    """A copy of the project to write into."""

    @property
    def alone(self) -> bool:
        return self.fork or self.pristine

    def __or__(self, other: "Needs") -> "Needs":
        return Needs(
            self.fork or other.fork, self.pristine or other.pristine, self.copy or other.copy
        )


class NeedsMore(Exception):
    """A check needs a process of its own, and shares one."""

    def __init__(self, needs: Needs) -> None:
        super().__init__(f"more than was rehearsed: {needs}")
        self.needs = needs


@dataclass(frozen=True)
class Case:
    """One check: its function, and the modules of its lesson."""

    id: str
    function: FunctionType
    module: ModuleType
    probes: ModuleType | None
    needs: Needs = field(default_factory=Needs)


@dataclass(frozen=True)
class Place:
    """Where a grading happens: the project, and a folder for all that comes with it."""

    root: Path
    folder: Path
    seed: int
    watched: bool = False
    """Whether to look for files that a check has changed, as the rehearsal does."""

    @property
    def database(self) -> SqliteDatabase:
        """The one of the check that runs."""
        return SqliteDatabase(self.folder / "check.db")

    @property
    def output(self) -> Path:
        """What is printed by this grading's processes."""
        return self.folder / "output"

    @property
    def env(self) -> dict[str, str]:
        """What the learner's settings are read from."""
        return usual(self.database.url, self.seed)

    def beside(self, check: str) -> Path:
        """A folder of one check's own."""
        folder = self.folder / check
        folder.mkdir(exist_ok=True)
        return folder

    def enter(self, env: Mapping[str, str] | None = None) -> None:
        """Make this process one of the grading's: environment, folder, import path, output."""
        home = {"HOME": str(self.folder), "TMPDIR": str(self.folder), "LANG": "C.UTF-8"}
        os.environ.clear()
        os.environ.update({"PATH": _PATH, **home, **(self.env if env is None else env)})
        os.chdir(self.root)
        if sys.path[0] != str(self.root):
            sys.path.insert(0, str(self.root))
        output = os.open(self.output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """What tells that a file was touched."""
    found = {}
    for path in folder.rglob("*"):
        status = path.stat()
        found[str(path)] = (status.st_mtime_ns, status.st_size) if path.is_file() else (0, 0)
    return found
