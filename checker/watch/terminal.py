"""The terminal while it is ours: another screen, keys as they are pressed, and all put back."""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from checker.watch.events import Post, Resized
from checker.watch.keys import Keys

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[2J"
"""The other screen, no cursor, pasted text marked as such."""
_LEAVE = "\x1b[0m\x1b[?2004l\x1b[?25h\x1b[?1049l"
_LOOK = 0.2
"""Seconds between two looks whether we are in the foreground again."""


class Terminal:
    """Ours between `enter` and `leave`, which may be called again and again."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._keys = Keys(post)
        self._waiting: threading.Thread | None = None
        self._mode = _mode()
        self._shown: tuple[str, ...] = ()
        self.is_ours = False

    def enter(self) -> None:
        self._shown = ()
        if self.is_ours:
            return
        if not _in_foreground():
            self._wait_for_foreground()
            return
        self.is_ours = True
        _press_at_once()
        self._keys.start()
        self._write(_ENTER)

    def leave(self) -> None:
        """Give it back as it was, for the shell or for another program."""
        if self.is_ours:
            self.is_ours = False
            self._keys.stop()
            self._write(_LEAVE)
            _restore(self._mode)

    def _wait_for_foreground(self) -> None:
        """After `bg`: a shell's `fg` need not tell us anything, so we look."""

        def wait() -> None:
            while not _in_foreground():
                time.sleep(_LOOK)
            self._post(Resized())

        if self._waiting is None or not self._waiting.is_alive():
            self._waiting = threading.Thread(target=wait, name="foreground", daemon=True)
            self._waiting.start()

    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        try:
            columns, rows = os.get_terminal_size(sys.stdout.fileno())
        except OSError:
            columns, rows = 0, 0
        return columns or 80, rows or 24

    def show(self, lines: Sequence[str]) -> None:
        """Draw over what is there, in one go; `lines` are as many as there are rows."""
        if not self.is_ours or tuple(lines) == self._shown:
            return
        self._shown = tuple(lines)
        columns, _ = self.size()
        # A line that reaches the edge leaves the cursor on its last cell: do not clear that.
        cleared = (
            line if cell_len(Text.from_ansi(line).plain) >= columns else f"{line}\x1b[K"
            for line in lines
        )
        self._write("\x1b[H" + "\r\n".join(cleared))

    def say(self, lines: Sequence[str]) -> None:
        """Print, once it is no longer ours."""
        self._write("".join(f"{line}\n" for line in lines))

    def _write(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:  # the terminal is gone; what is still buffered is to fail no more
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, sys.stdout.fileno())
            os.close(null)


if sys.platform == "win32":

    def _mode() -> None:
        return None

    def _in_foreground() -> bool:
        return True

    def _press_at_once() -> None:
        os.system("")  # noqa: S605, S607 - has the console heed escapes

    def _restore(mode: None) -> None:
        pass

else:
    import termios
    import tty

    def _mode() -> list[Any]:
        return termios.tcgetattr(sys.stdin.fileno())

    def _in_foreground() -> bool:
        """Whether the shell has given us the terminal: it has not after `bg`."""
        try:
            return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
        except OSError:  # there is no shell that could
            return True

    def _press_at_once() -> None:
        tty.setcbreak(sys.stdin.fileno(), termios.TCSADRAIN)

    def _restore(mode: list[Any]) -> None:
        with contextlib.suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, mode)
