"""Code that never comes back."""

import threading


def wait() -> None:
    threading.Event().wait()
