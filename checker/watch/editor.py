"""The learner's editor, opened at a line: every editor has its own way to be told of one."""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checker.curriculum import Task
from checker.report import Location
from checker.watch.changes import look
from checker.workspace import first_file

_IN_TERMINAL = (
    *("vi", "vim", "nvim", "view", "nano", "pico", "rnano", "emacs", "emacsclient", "mg"),
    *("jed", "joe", "jmacs", "ne", "micro", "kak", "hx", "helix"),
)
_IN_WINDOW = ("gvim", "mvim", "gedit", "gnome-text-editor", "xed", "pluma", "geany")
_PLUS = frozenset((*_IN_TERMINAL, *_IN_WINDOW))
"""`+12 file`."""
_GOTO = frozenset(("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"))
"""`--goto file:12`."""
_COLON = frozenset(("subl", "sublime_text", "zed", "zeditor", "atom"))
"""`file:12`."""
_LINE = frozenset(("idea", "pycharm", "charm", "mate", "kate", "kwrite"))
"""`--line 12 file`."""
_WINDOWED = _GOTO | _COLON | _LINE | set(_IN_WINDOW)
"""Those with a window of their own; all the others need the terminal."""


@dataclass(frozen=True)
class Opening:
    """A command line, and whether it is to have the terminal until it ends."""

    argv: tuple[str, ...]
    takes_terminal: bool


def preferred(env: Mapping[str, str] = os.environ) -> str:
    """The learner's editor with its arguments, as a shell would take it; nothing if none is set."""
    return env.get("VISUAL", "").strip() or env.get("EDITOR", "").strip()


def opening(editor: str, file: Path, line: int, env: Mapping[str, str] = os.environ) -> Opening:
    """How to open a file at a line. Raises ValueError where the editor's quotes do not match."""
    program, *options = shlex.split(editor, posix=os.name == "posix")
    name = re.split(r"[/\\]", program)[-1].lower()
    name = re.sub(r"(-[\d.]+|\.\w+)$", "", name)  # vim.tiny, emacs-29.1, code.cmd
    place = _place(name, file, line)
    return Opening((program, *options, *place), not _is_windowed(name, options, env))


def _place(name: str, file: Path, line: int) -> tuple[str, ...]:
    if name in _PLUS:
        return f"+{line}", str(file)
    if name in _GOTO:
        return "--goto", f"{file}:{line}"
    if name in _COLON:
        return (f"{file}:{line}",)
    if name in _LINE:
        return "--line", str(line), str(file)
    return (str(file),)


def _is_windowed(name: str, options: list[str], env: Mapping[str, str]) -> bool:
    if name in ("emacs", "emacsclient"):
        in_terminal = {"-nw", "-t", "-tty", "--tty", "--no-window-system"}
        return _has_screen(env) and in_terminal.isdisjoint(options)
    return name in _WINDOWED


def _has_screen(env: Mapping[str, str]) -> bool:
    return os.name != "posix" or bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def place_of(root: Path, at: Location | None, task: Task) -> Location | None:
    """Where to open the editor: where it failed, else where the task is still to be written, else
    the first of the files that it is about."""
    if at is not None:
        return at
    mark = re.compile(rf"TODO {re.escape(task.id)}\b")
    now = look(root)
    for name in sorted(now.files) if now else ():
        if name.endswith(".py"):
            try:
                text = (root / name).read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            for number, line in enumerate(text.splitlines(), start=1):
                if mark.search(line):
                    return Location(file=name, line=number)
    begun = first_file(root, task)
    return Location(file=begun, line=1) if begun else None
