"""The untrusted side: the process that runs the submission's code, and the handle on it.

`Subject` is what the judge holds. It starts one host process (`python -m checker.subject`) with a
clean environment; the host imports the libraries, never the submission, and runs every request in
a child of its own with limits on time, memory, processor and output. An `Isolation` decides how the
host is kept apart. Requests and answers cross one socket as the messages of `messages.py`. An
answer is an observation, never a verdict.
"""

from checker.subject.isolation import Isolation
from checker.subject.levels import PLAIN, Level, isolate, levels, obstacle, reached
from checker.subject.messages import Answer, Died, Raised, TimedOut, Value
from checker.subject.process import can_fork
from checker.subject.snapshot import Snapshot
from checker.subject.subject import ProtocolError, Subject

__all__ = [
    "PLAIN",
    "Answer",
    "Died",
    "Isolation",
    "Level",
    "ProtocolError",
    "Raised",
    "Snapshot",
    "Subject",
    "TimedOut",
    "Value",
    "can_fork",
    "isolate",
    "levels",
    "obstacle",
    "reached",
]
