"""Watching at a terminal: the screen, and the editor that has the terminal for a while."""

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from typing import Protocol, Self

from rich.console import Console

from checker.watch.editor import Opening
from checker.watch.events import Drawn, EditorClosed, Event, Post, Resized, Suspended
from checker.watch.screen import frame, last_words
from checker.watch.state import Phase, State
from checker.watch.terminal import Terminal

_GRACE = 2.0
"""Seconds in which an editor that was asked to end must have ended."""


class Display(Protocol):
    """Where watching is to be seen. A context manager."""

    @property
    def has_screen(self) -> bool: ...

    @property
    def is_away(self) -> bool:
        """Whether another program has the terminal."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def show(self, state: State, event: Event, *, more: bool) -> Drawn | None:
        """Show the state after an event; `more` events are waiting already."""

    def edit(self, opening: Opening) -> None:
        """Start the learner's editor. Raises OSError where it cannot be started."""

    def close(self, state: State) -> None:
        """Say the last words."""


class FullScreen:
    """The whole terminal. What anything else would write on it goes into a file meanwhile."""

    has_screen = True

    def __init__(self, console: Console, post: Post) -> None:
        self._console = console
        self._post = post
        self._terminal = Terminal(post)
        self._editor: subprocess.Popen[bytes] | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._stderr = -1

    @property
    def is_away(self) -> bool:
        return self._editor is not None

    def __enter__(self) -> Self:
        self._stderr = os.dup(2)
        os.dup2(self._errors.fileno(), 2)
        self._terminal.enter()
        return self

    def __exit__(self, *_: object) -> None:
        self._terminal.leave()
        os.dup2(self._stderr, 2)
        os.close(self._stderr)
        self._errors.close()

    def show(self, state: State, event: Event, *, more: bool) -> Drawn | None:
        match event:
            case EditorClosed():
                self._editor = None
                self._terminal.enter()
            case Suspended():
                self._terminal.leave()
                os.kill(os.getpid(), signal.SIGSTOP)  # what comes next is SIGCONT
            case Resized() if not self.is_away:
                self._terminal.enter()
            case _:
                pass
        if more or self.is_away:
            return None
        drawn = frame(state, self._console, *self._terminal.size())
        self._terminal.show(drawn.lines)
        return Drawn(drawn.page, drawn.furthest)

    def edit(self, opening: Opening) -> None:
        if not opening.takes_terminal:
            null = subprocess.DEVNULL
            child = subprocess.Popen(
                opening.argv, stdin=null, stdout=null, stderr=null, start_new_session=True
            )
            threading.Thread(target=child.wait, daemon=True).start()
            return
        self._terminal.leave()
        try:
            self._editor = subprocess.Popen(opening.argv, stderr=self._stderr)
        except OSError:
            self._terminal.enter()
            raise
        threading.Thread(target=self._attend, args=(self._editor,), daemon=True).start()

    def close(self, state: State) -> None:
        if self._editor is not None:
            self._editor.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._editor.wait(_GRACE)
        self._terminal.leave()
        columns, _ = self._terminal.size()
        self._terminal.say(last_words(state, self._console, columns))
        if state.phase is Phase.BROKEN:
            self._errors.seek(0)
            said = self._errors.read()[-10_000:].decode(errors="replace")
            with contextlib.suppress(OSError):
                os.write(self._stderr, f"{said}{state.trace}".encode())

    def _attend(self, editor: subprocess.Popen[bytes]) -> None:
        editor.wait()
        self._post(EditorClosed())
