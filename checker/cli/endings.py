"""How a command ends: the exit codes, and what is raised where one was stopped."""

PASSED = 0
FAILED = 1
USED_WRONGLY = 2
OWN_FAULT = 3
STOPPED = 130
"""As a shell reports a process that SIGINT ended."""
READER_GONE = 141
"""As a shell reports a process that SIGPIPE ended."""


class Stopped(Exception):
    """Ctrl-C in a command that had changed something by then; its text says what."""
