"""The command line: thin commands over the parts below, and nothing decided here.

`main` is the console script. The environment variable `CHECKER_CURRICULUM` names a folder to take
`lessons/` and `solutions/` from in place of the clone's own.
"""

import os
import signal
from collections.abc import Sequence
from types import FrameType


def main(args: Sequence[str] | None = None) -> int:
    """Run the command that `args` name, or `sys.argv`. Returns the exit code.

    Importing what that takes is a third of a second, in which Ctrl-C already has its answer.
    """
    before = signal.getsignal(signal.SIGINT)
    if args is None and before is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stopped_early)
    from checker.cli.guard import run

    if signal.getsignal(signal.SIGINT) is not _stopped_early:
        return run(args)
    signal.signal(signal.SIGINT, before)
    try:
        return run(args)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # what is left to do is to leave


def _stopped_early(_number: int, _frame: FrameType | None) -> None:
    os.write(2, b"Stopped. Nothing was changed.\n")
    os._exit(130)


__all__ = ["main"]
