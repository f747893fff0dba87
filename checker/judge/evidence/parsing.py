"""Source becomes a tree in the judge once a process of its own has parsed it, with little memory
and processor time: what takes more of them ends that process, and not the judge.
"""

import ast
import contextlib
import gc
import json
import os
import socket
import warnings
import weakref

from checker.subject import can_fork
from checker.subject.limits import limit_data, lower

MOST_NODES = 500_000
"""Of all files of a grading. A tree takes about a kilobyte of memory for each."""
DEEPEST = 100
"""Levels of one tree: no code that people write has half as many."""
_MEMORY = 512 * 1024**2
"""Bytes of data, beside those of the process that it was forked from."""
_SECONDS = 10
"""Of the processor, for all files."""
_PATIENCE = 120.0
"""Seconds for the process to answer on a machine that is very busy."""


class TooMuch(Exception):
    """The source is more than is parsed. The text says in what way, as a clause."""


class Parser:
    """Parses the files of one grading. Where processes cannot be forked, with no limits."""

    def __init__(self) -> None:
        self._talk: socket.socket | None = None
        self._left = MOST_NODES
        self._ended = False

    def tree(self, text: str) -> ast.Module:
        """Raises TooMuch, and what `ast.parse` raises for what is not Python."""
        if can_fork():
            self._try(text)
        return ast.parse(text)

    def _try(self, text: str) -> None:
        if self._ended:
            raise TooMuch("parsing a file before it took too much memory or time")
        if self._talk is None:
            self._talk = self._start()
        nodes, depth = self._measure(self._talk, text)
        if depth > DEEPEST:
            raise TooMuch(f"it is nested deeper than {DEEPEST} levels")
        self._left -= nodes
        if self._left < 0:
            raise TooMuch(f"with it, the project's code has over {MOST_NODES:,} parts")

    def _measure(self, talk: socket.socket, text: str) -> tuple[int, int]:
        """How many nodes the tree has, and how many levels."""
        answer = b""
        with contextlib.suppress(OSError):
            talk.sendall(json.dumps(text).encode() + b"\n")
            with talk.makefile("rb") as stream:
                answer = stream.readline()
        if not answer:
            self._ended = True
            raise TooMuch("parsing it takes too much memory or time")
        nodes, depth = json.loads(answer)
        return nodes, depth

    def _start(self) -> socket.socket:
        """The socket of a new process, which ends when this object is no more."""
        ours, theirs = socket.socketpair()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it does nothing with threads
            pid = os.fork()
        if pid == 0:
            _serve(theirs)
        theirs.close()
        ours.settimeout(_PATIENCE)
        weakref.finalize(self, _end, ours, pid)
        return ours


def measured(text: str) -> tuple[int, int]:
    """How many nodes the tree of a text has and how many levels, counted no further than matters;
    nothing where it is not Python, as the judge then finds."""
    try:
        tree = ast.parse(text)
    except RecursionError:
        return 0, DEEPEST + 1
    except (SyntaxError, ValueError):
        return 0, 0
    count = deepest = 0
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    while waiting and count <= MOST_NODES and deepest <= DEEPEST:
        node, depth = waiting.pop()
        count, deepest = count + 1, max(deepest, depth)
        waiting += [(each, depth + 1) for each in ast.iter_child_nodes(node)]
    return count, deepest


def _serve(talk: socket.socket) -> None:
    """Measure each text that comes, with nothing else open. Never returns."""
    try:
        gc.freeze()  # what is garbage here is not this process's to finalize, nor open any more
        os.closerange(0, talk.fileno())
        os.closerange(talk.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        _limit()
        with talk.makefile("rwb") as stream:
            for line in stream:
                stream.write(json.dumps(measured(json.loads(line))).encode() + b"\n")
                stream.flush()
    finally:
        os._exit(0)


def _limit() -> None:
    import resource

    lower({resource.RLIMIT_CORE: 0, resource.RLIMIT_CPU: _SECONDS})
    limit_data(_MEMORY)


def _end(talk: socket.socket, pid: int) -> None:
    talk.close()
    with contextlib.suppress(ChildProcessError):  # of the process that this one was forked from
        os.waitpid(pid, 0)
