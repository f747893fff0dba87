"""Tries a level of isolation: what enclosed code can do here that it should not be able to.

`python -m checker.subject trial LEVEL FOLDER -1` ends with status 0 where there is nothing;
otherwise the last line of its standard error says what there is.
"""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from checker.subject.isolation import Isolation
from checker.subject.messages import Value
from checker.subject.subject import Subject

_SECONDS = 60.0


def holes(clone: str, outside: str, pid: int, safe: bool) -> list[str]:
    """Run inside, as a probe: each hole as a clause. `outside` is a file that must not be read,
    `pid` a process that must not be seen where the level is `safe`."""
    found = list(_in_files(Path(clone), Path(outside)))
    return found + list(_beside_files(pid)) if safe else found


def _in_files(clone: Path, outside: Path) -> Iterator[str]:
    for secret in (outside, clone / "pyproject.toml"):
        with suppress(OSError):
            secret.read_bytes()
            yield "files of others can be read"
    with suppress(OSError):
        Path("link").symlink_to("/")
        yield "symbolic links can be made"
    with suppress(OSError):
        Path(__file__).with_name("written").touch()
        yield "the checker's own files can be changed"


def _beside_files(pid: int) -> Iterator[str]:
    if Path("/proc", str(pid)).exists() and os.getpid() != pid:
        yield "other processes can be seen"
    with socket.socket() as talk, suppress(OSError):
        talk.settimeout(1.0)
        try:
            talk.connect(("192.0.2.1", 9))  # of a network that is nobody's
        except TimeoutError:
            yield "packets leave for the network"


def main(isolation: Isolation, folder: Path) -> None:
    """Try the level in this process, which is of no other use then, in an empty folder.

    Raises SystemExit.
    """
    outside, own = folder / "outside", folder / "own"
    outside.write_text("a secret", encoding="ascii")
    own.mkdir()
    with isolation:
        isolation.enclose(own)
        home, root = own / "home", own / "project"
        home.mkdir()
        root.mkdir()
        with Subject(isolation=isolation, home=home) as subject:
            answer = subject.probe(
                Path(__file__),
                "holes",
                {
                    "clone": str(Path(__file__).resolve().parents[2]),
                    "outside": str(outside),
                    "pid": os.getpid(),
                    "safe": isolation.is_safe,
                },
                root=root,
                env={},
                deadline=_SECONDS,
            )
    found = answer.value if isinstance(answer, Value) else [str(answer)]
    sys.exit("; ".join(found) or 0)
