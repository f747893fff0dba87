"""How a grading is given up from another thread."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Cancelled(Exception):
    """The grading was given up, because its cancellation was asked for."""


class Cancellation:
    """Belongs to one grading. It may be asked for before that begins, and is not forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requested = False
        self._wakers: list[Callable[[], object]] = []

    @property
    def is_requested(self) -> bool:
        return self._requested

    def cancel(self) -> None:
        """Have the grading end at once, with Cancelled."""
        with self._lock:
            self._requested = True
            for wake in self._wakers:
                wake()

    @contextmanager
    def waking(self, wake: Callable[[], object]) -> Iterator[None]:
        """Within the block, call `wake` as soon as it is asked for. Raises Cancelled where it was.

        `wake` is called in the thread that cancels, and must not wait for anything.
        """
        with self._lock:
            if self._requested:
                raise Cancelled
            self._wakers.append(wake)
        try:
            yield
        finally:
            with self._lock:
                self._wakers.remove(wake)
