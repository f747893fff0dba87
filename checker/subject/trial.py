"""Tries a level of isolation: what enclosed code can do here that it should not be able to.

`python -m checker.subject trial LEVEL FOLDER -1` ends with status 0 where there is nothing;
otherwise the last line of its standard error says what there is.
"""

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from checker.subject.isolation import Isolation
from checker.subject.messages import Value
from checker.subject.subject import Subject

_SECONDS = 60.0


def holes(clone: str, outside: str, pid: int) -> list[str]:
    """Run inside, as a probe: each hole as a clause. `outside` is a file that must not be seen,
    `pid` a process."""
    return list(_holes(Path(clone), Path(outside), pid))


def _holes(clone: Path, outside: Path, pid: int) -> Iterator[str]:
    if outside.exists() or (clone / "pyproject.toml").exists():
        yield "files of others can be read"
    if Path("/proc", str(pid)).exists() and os.getpid() != pid:
        yield "other processes can be seen"
    if len(os.listdir("/sys/class/net") if Path("/sys").is_dir() else []) > 1:  # noqa: PTH208
        yield "the machine's network can be used"
    try:
        Path("link").symlink_to("/")
    except OSError:
        pass
    else:
        yield "symbolic links can be made"
    try:
        Path(__file__).with_name("written").touch()
    except OSError:
        pass
    else:
        yield "the checker's own files can be changed"
    with socket.socket() as talk:
        talk.settimeout(1.0)
        try:
            talk.connect(("192.0.2.1", 9))
        except TimeoutError:
            yield "packets leave for the network"
        except OSError:
            pass


def main(isolation: Isolation, folder: Path) -> None:
    """Try the level in this process, which is of no other use then, in an empty folder.

    Raises SystemExit.
    """
    with tempfile.NamedTemporaryFile() as outside, isolation:
        isolation.enclose(folder)
        home, root = folder / "home", folder / "project"
        home.mkdir()
        root.mkdir()
        with Subject(isolation=isolation, home=home) as subject:
            answer = subject.probe(
                Path(__file__),
                "holes",
                {
                    "clone": str(Path(__file__).resolve().parents[2]),
                    "outside": outside.name,
                    "pid": os.getpid(),
                },
                root=root,
                env={},
                deadline=_SECONDS,
            )
    found = answer.value if isinstance(answer, Value) else [str(answer)]
    sys.exit("; ".join(found) or 0)
