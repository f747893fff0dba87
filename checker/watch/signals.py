"""Signals as events: nothing ends us but our own way to end."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

from checker.watch.events import Event, Post, Resized, Stopped, Suspended

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
_ON_A_SCREEN: dict[str, Event] = {
    "SIGWINCH": Resized(),
    "SIGCONT": Resized(),
    "SIGTSTP": Suspended(),
}


@contextlib.contextmanager
def signals_to(post: Post, *, screen: bool) -> Iterator[None]:
    """While it lasts, signals are posted. Those of a screen only where there is one."""
    events: dict[str, Event] = {name: Stopped(by_ctrl_c=name == "SIGINT") for name in _ENDING}
    events |= _ON_A_SCREEN if screen else {}
    before = {}
    for name, event in events.items():
        number = getattr(signal, name, None)  # Windows has few of them
        if number is None or (
            name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN  # nohup is to be heeded
        ):
            continue

        def handle(_number: int, _frame: FrameType | None, event: Event = event) -> None:
            post(event)

        before[number] = signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
