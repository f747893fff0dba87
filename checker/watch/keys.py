"""Keys as they are pressed: a thread that posts them, as long as the terminal is ours."""

import os
import re
import sys
import threading
from collections.abc import Iterator

from checker.watch.events import Post, Pressed, Stopped

_NAMES = {
    "\x1b[A": "up",
    "\x1bOA": "up",
    "\x1b[B": "down",
    "\x1bOB": "down",
    "\x1b[5~": "page up",
    "\x1b[6~": "page down",
    "\x1b[H": "home",
    "\x1bOH": "home",
    "\x1b[1~": "home",
    "\x1b[F": "end",
    "\x1bOF": "end",
    "\x1b[4~": "end",
    "\x1b": "escape",
    "\r": "enter",
    "\n": "enter",
    " ": "page down",
    "b": "page up",
    "j": "down",
    "k": "up",
}
_KEY = re.compile(
    r"""\x1b\[200~ .*? (?:\x1b\[201~ | \Z)   # what was pasted is no command
      | \x1b\[ [0-?]* [ -/]* [@-~]           # a key with a name, or a report of the terminal's
      | \x1bO . | \x1b [^\x1b]?              # a key with a name; Escape, or Alt and a key
      | .""",
    re.VERBOSE | re.DOTALL,
)


def keys(typed: str) -> Iterator[str]:
    """The keys in what a terminal sent at once. Those without a meaning here are left out."""
    for found in _KEY.findall(typed):
        if found in _NAMES:
            yield _NAMES[found]
        elif len(found) == 1 and found.isprintable():
            yield found.lower()


if sys.platform == "win32":
    import msvcrt

    class Keys:
        """Posts keys between `start` and `stop`."""

        def __init__(self, post: Post) -> None:
            self._post = post
            self._ended = threading.Event()

        def start(self) -> None:
            self._ended = threading.Event()
            threading.Thread(target=self._read, args=(self._ended,), daemon=True).start()

        def stop(self) -> None:
            self._ended.set()

        def _read(self, ended: threading.Event) -> None:
            while not ended.wait(0.05):
                while msvcrt.kbhit():
                    for key in keys(msvcrt.getwch()):
                        self._post(Pressed(key))

else:
    import select

    class Keys:
        """Posts keys between `start` and `stop`; in between, nothing of what is typed is taken."""

        def __init__(self, post: Post) -> None:
            self._post = post
            self._thread: threading.Thread | None = None
            self._ended = -1

        def start(self) -> None:
            ended, self._ended = os.pipe()
            self._thread = threading.Thread(target=self._read, args=(ended,), daemon=True)
            self._thread.start()

        def stop(self) -> None:
            if self._thread is not None:
                os.close(self._ended)
                self._thread.join()
                self._thread = None

        def _read(self, ended: int) -> None:
            keyboard = sys.stdin.fileno()
            try:
                while True:
                    ready, _, _ = select.select([keyboard, ended], [], [])
                    if ended in ready:
                        return
                    try:
                        typed = os.read(keyboard, 4096)
                    except OSError:
                        typed = b""
                    if not typed:  # nobody holds the terminal any more
                        self._post(Stopped())
                        return
                    for key in keys(typed.decode(errors="ignore")):
                        self._post(Pressed(key))
            finally:
                os.close(ended)
