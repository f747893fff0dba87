"""The untrusted side: the process that runs the submission's code, and the handle on it.

`Subject` is what the judge holds. It starts one host process (`python -m checker.subject`) with a
clean environment; the host imports the libraries, never the submission, and runs every request in
a child of its own with limits on time, memory, processor and output. Requests and answers cross
one socket as JSON lines. An answer is an observation, never a verdict.
"""

from checker.subject.answers import Answer, Died, Raised, TimedOut, Value
from checker.subject.process import Subject, can_fork, subject_server
from checker.subject.snapshot import Snapshot

__all__ = [
    "Answer",
    "Died",
    "Raised",
    "Snapshot",
    "Subject",
    "TimedOut",
    "Value",
    "can_fork",
    "subject_server",
]
