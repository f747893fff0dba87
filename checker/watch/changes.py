"""Tells of every save. What has changed is seen by looking; watchfiles only says when to look.

So nothing is missed: neither what an editor saves by way of other files, nor what happens faster
than the system reports it, nor a folder that goes away and comes back. Where the system cannot
report at all, we look a few times a second.
"""

import contextlib
import os
import re
import threading
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from checker.subject.snapshot import LEFT_OUT, LEFT_OUT_ENDINGS, MOST_FILES
from checker.watch.events import Answered, Edited, Post, Vanished

STEP = 15
"""Milliseconds without a further event after which a save is taken to be complete."""
DEBOUNCE = 300
"""Milliseconds after which a stream of events that does not end is told of all the same."""
IDLE = 1_000
"""Milliseconds after which we look although nothing was reported."""
POLL = 0.25
"""Seconds between two looks where nothing is ever reported."""

_DROPPINGS = re.compile(
    r"""~$ | \.sw.$ | ^4913$ | ^\.\# | ^\#.*\#$        # vim, emacs
      | ^\.goutputstream- | \.kate-swp$ | ___jb_...___$ | ^flycheck_
      | ^\..*\.new$ | \.tmp$ | ^\.DS_Store$ | ^\.coverage""",
    re.VERBOSE,
)
"""Names of files that editors and tools leave for a moment."""

Marks = dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Look:
    """The project at one moment: which folder it is, and what tells that a file was touched."""

    folder: tuple[int, int]
    files: Marks

    def since(self, before: "Look") -> frozenset[str]:
        """The files that were added, changed or removed."""
        return frozenset(name for name, _ in self.files.items() ^ before.files.items())


def look(root: Path) -> Look | None:
    """The project as it is now; None where it is not there."""
    try:
        here = root.stat()
    except OSError:
        return None
    marks: Marks = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in LEFT_OUT]
        for name in filter(_counts, names):
            path = Path(folder, name)
            with contextlib.suppress(OSError):  # gone since it was listed
                status = path.lstat()
                mark = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
                marks[path.relative_to(root).as_posix()] = mark
        if len(marks) > MOST_FILES:  # no project, as grading will say
            break
    return Look((here.st_dev, here.st_ino), marks)


def matters(name: str) -> bool:
    """Whether a file of the project counts, by its name relative to it, with slashes."""
    *folders, file = name.split("/")
    return LEFT_OUT.isdisjoint(folders) and file not in LEFT_OUT and _counts(file)


def _counts(file: str) -> bool:
    return not file.endswith(LEFT_OUT_ENDINGS) and not _DROPPINGS.search(file)


class Changes:
    """A thread that posts what happens to a project. Use as a context manager."""

    def __init__(self, root: Path, post: Post, *, poll: bool = False) -> None:
        self._root = root
        self._post = post
        self._poll = poll
        self._first: Look | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="changes", daemon=True)

    def __enter__(self) -> None:
        self._first = look(self._root)  # before anybody grades what they find there
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _follow(self) -> None:
        before = self._first
        while not self._ended.is_set():
            if before is None:
                self._ended.wait(POLL)
                if (before := look(self._root)) is not None:
                    self._post(Edited(frozenset(before.files)))
                continue
            before = self._watched(before)

    def _watched(self, before: Look) -> Look | None:
        """Post every save until there is another folder than before, or none. Returns that."""
        with contextlib.closing(self._alarms()) as alarms:
            for named in alarms:
                now = look(self._root)
                if now is None:
                    self._post(Vanished())
                    return None
                if edited := now.since(before) | named:
                    self._post(Edited(edited))
                if now.folder != before.folder:  # reports are still of the other one
                    return now
                before = now
        return before

    def _alarms(self) -> Generator[frozenset[str]]:
        """Each moment at which to look, with the files that are known to have been saved.

        A save that leaves a file as it was is one, too: on some disks times are coarse.
        """
        if not self._poll:
            from watchfiles import watch

            try:
                for events in watch(
                    self._root,
                    watch_filter=None,
                    debounce=DEBOUNCE,
                    step=STEP,
                    rust_timeout=IDLE,
                    yield_on_timeout=True,
                    stop_event=self._ended,
                    raise_interrupt=False,
                    force_polling=False,
                    ignore_permission_denied=True,
                ):
                    named = frozenset(self._relative(path) for _, path in events)
                    if not events or any(map(matters, named)):
                        yield frozenset(filter(matters, named)) - {"."}
            except FileNotFoundError:
                yield frozenset()  # the folder went away just now
                return
            except (OSError, RuntimeError) as error:  # some limit of the system's
                self._poll = True
                self._post(_cannot_be_told(error))
        while not self._ended.wait(POLL):
            yield frozenset()

    def _relative(self, path: str) -> str:
        with contextlib.suppress(ValueError):
            return Path(path).relative_to(self._root).as_posix()
        return "."


def _cannot_be_told(error: Exception) -> Answered:
    return Answered(
        "The system reports no saves here, so we look for them four times a second.",
        (f"No save is missed by that. It said: {error}",),
    )
