"""`python -m checker.judge ROOT LESSON FD`: the warm judge of one lesson, asked on a socket."""

import socket
import sys
from pathlib import Path

from checker.curriculum import load_curriculum
from checker.judge.databases.server import preloaded
from checker.subject import isolate


def main(root: Path, name: str, descriptor: int) -> None:
    lesson = load_curriculum(root).lesson(name)
    isolation = isolate(preloaded(lesson))  # its imports run beside our own
    from checker.judge.grading import collect
    from checker.judge.loop import Loop

    try:
        with socket.socket(fileno=descriptor) as control:
            collect(lesson, Loop(lesson, control, isolation))
    finally:
        isolation.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
