"""`python -m checker.judge ROLE ROOT LESSON LEVEL FD`: a judge of one lesson, asked on a socket.

As `worker` it runs checks for one grading; as `server` it forks workers for as many as come.
LEVEL is the level of isolation of the code that it grades.
"""

import socket
import sys
from pathlib import Path

from checker.curriculum import load_curriculum
from checker.judge.databases.server import preloaded
from checker.subject import isolate


def main(role: str, root: Path, name: str, level: str, descriptor: int) -> None:
    lesson = load_curriculum(root).lesson(name)
    with isolate(preloaded(lesson), level) as isolation:  # its imports run beside our own
        from checker.judge.collection import collect
        from checker.judge.session.worker import ServerPlugin, WorkerPlugin

        plugin = {"server": ServerPlugin, "worker": WorkerPlugin}[role]
        with socket.socket(fileno=descriptor) as control:
            collect(lesson, plugin(lesson, control, isolation))


if __name__ == "__main__":
    _, role, root, name, level, descriptor = sys.argv
    main(role, Path(root), name, level, int(descriptor))
