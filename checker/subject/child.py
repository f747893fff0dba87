"""What runs inside a child process: one request, answered through one pipe."""

import asyncio
import atexit
import contextlib
import importlib.util
import inspect
import os
import runpy
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from checker.subject.limits import confine
from checker.subject.messages import (
    Answer,
    CommandRequest,
    Context,
    LaunchRequest,
    ProbeRequest,
    Raised,
    ServeRequest,
    Task,
    Value,
    decode,
    encode,
    probes_of,
)
from checker.subject.raised import describe

MOST_ANSWER = 8 * 1024**2

Reply = Callable[[Answer], None]


def run(task: Task, result: int, probes: ModuleType | None = None) -> None:
    """Do the request and write its answer to the file descriptor `result`. Never returns.

    `probes` are the request's, where they have been loaded before this process was forked.

    The answer is preceded by the task's token, so that a submission which writes to every
    descriptor it finds is taken for what it is.
    """
    request = task.request
    status = 0

    def reply(answer: Answer) -> None:
        _write(result, task.token, answer)

    try:
        prepare(request.context)
        if isinstance(request, LaunchRequest):
            _run_on(request, result)
        answer = _perform(request, reply, probes)
    except BaseException as error:
        if isinstance(request, CommandRequest):
            answer = Value(_exit_status(error))
        else:
            answer = describe(error, Path(request.context.root))
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        status = 1
    reply(answer)
    os._exit(status)


def prepare(context: Context) -> None:
    """Make this process the request's: limits, output, environment, folder, import path."""
    confine(context.limits)
    output = os.open(context.output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        stream = open(  # noqa: SIM115 - lives as long as the process
            number,
            "r" if number == 0 else "w",
            encoding="utf-8",
            errors="backslashreplace",
            buffering=1,
            closefd=False,
        )
        setattr(sys, name, stream)
    os.environ.clear()
    os.environ.update(context.env)
    tempfile.tempdir = None  # found anew by TMPDIR, whatever was forked from has found
    os.chdir(context.root)
    if sys.path[0] != context.root:
        sys.path.insert(0, context.root)
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def load(path: str) -> ModuleType:
    """The lesson's probes, under a name that cannot clash with the submission's.

    They may import the `kit` of their course.
    """
    lessons = str(Path(path).parents[2])
    sys.path.insert(0, lessons)
    spec = importlib.util.spec_from_file_location("_checker_probes", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(lessons)
    return module


def _perform(
    request: ProbeRequest | ServeRequest | CommandRequest, reply: Reply, probes: ModuleType | None
) -> Answer:
    if probes is None and (file := probes_of(request)):
        probes = load(file)
    match request:
        case ProbeRequest(name=name, args=args):
            assert probes is not None
            return Value(_call(probes, name, args))
        case ServeRequest():
            from checker.subject.serving import serve

            if request.setup and probes:
                _call(probes, request.setup, request.args)
            serve(
                request.app,
                request.address,
                request.side,
                probes,
                ready=lambda: reply(Value(os.getpid())),
            )
            return Value(None)
        case CommandRequest(argv=argv):
            _run_module(argv)
            return Value(0)


def _run_on(request: LaunchRequest, result: int) -> NoReturn:
    """Be what is launched. That the pipe for the answer closes is the answer."""
    argv = request.argv
    if not request.forked:
        program = [sys.executable, "-m", *argv]
        os.execve(program[0], program, request.context.env)  # noqa: S606 - no shell is wanted
    os.close(result)
    atexit._clear()  # noqa: SLF001 - what was forked from has its own
    interrupted, status = False, 0
    try:
        _run_module(argv)
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        status = _exit_status(error)
    _end_as_interpreters_do()
    if interrupted:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    os._exit(status)


def _run_module(argv: Sequence[str]) -> None:
    """As `python -m` does."""
    sys.argv = list(argv)
    runpy.run_module(argv[0], run_name="__main__", alter_sys=True)


def _end_as_interpreters_do() -> None:
    """Wait for the threads that are no daemons, do what was left for the end, and flush. There is
    no public way; multiprocessing goes the same."""
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001
    atexit._run_exitfuncs()  # noqa: SLF001
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


MOMENT = 1.0
"""Seconds that tasks have to end once a probe has given its answer."""


def _call(probes: ModuleType, name: str, args: Mapping[str, Any]) -> Any:
    found = getattr(probes, name)(**args)
    return _finished(found) if inspect.iscoroutine(found) else found


def _finished(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What it comes to, in an event loop of its own.

    Unlike `asyncio.run`, which waits for ever, this gives tasks that are left and do not end when
    cancelled a moment only: the process is about to end, and they with it.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(coroutine)
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=MOMENT))
        loop.run_until_complete(loop.shutdown_asyncgens())
        asyncio.set_event_loop(None)
        loop.close()


def _exit_status(error: BaseException) -> int:
    """The status that Python ends with for this exception, once it has printed it."""
    if not isinstance(error, SystemExit):
        sys.excepthook(type(error), error, error.__traceback__)
        return 1
    if isinstance(error.code, str):
        print(error.code, file=sys.stderr)
    return error.code if isinstance(error.code, int) else int(error.code is not None)


def _write(descriptor: int, token: str, answer: Answer) -> None:
    try:
        line = encode(answer)
    except (TypeError, ValueError, RecursionError) as error:
        line = encode(Raised("TypeError", f"the probe's answer is no plain JSON: {error}"))
    if len(line) > MOST_ANSWER:
        line = encode(Raised("OverflowError", f"an answer of {len(line):,} bytes is too long"))
    data = token.encode() + b" " + line
    while data:
        data = data[os.write(descriptor, data) :]


if __name__ == "__main__":  # the fresh process that does a fork's work where fork is not to be had
    _result = os.dup(1)
    run(decode(sys.stdin.buffer.readline(), Task), _result)
