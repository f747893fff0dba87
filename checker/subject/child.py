"""What runs inside a child process: one request, answered through one pipe."""

import asyncio
import importlib.util
import inspect
import json
import os
import runpy
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from checker.subject.answers import Raised, Value, to_wire
from checker.subject.limits import confine

MOST_ANSWER = 8 * 1024**2
MOST_MESSAGE = 2_000


def run(request: dict[str, Any], result: int, probes: ModuleType | None = None) -> None:
    """Do the request and write its answer to the file descriptor `result`. Never returns.

    `probes` are the request's, where they have been loaded before this process was forked.

    The answer is preceded by the request's token, so that a submission which writes to every
    descriptor it finds is taken for what it is.
    """
    status = 0
    reply = partial(_write, result, request.pop("token"))
    try:
        prepare(request)
        answer = _perform(request, reply, probes)
    except SystemExit as error:
        if request["do"] == "command":
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
            if isinstance(error.code, str):
                print(error.code, file=sys.stderr)
            answer = to_wire(Value(code))
        else:
            answer = to_wire(_describe(error, Path(request["root"])))
    except BaseException as error:
        answer = to_wire(_describe(error, Path(request["root"])))
        if request["do"] == "command":
            sys.excepthook(type(error), error, error.__traceback__)
            answer = to_wire(Value(1))
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        status = 1
    reply(answer)
    os._exit(status)


def prepare(request: dict[str, Any]) -> None:
    """Make this process the request's: limits, output, environment, folder, import path."""
    confine(request["cpu"])
    output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
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
    os.environ.update(request["env"])
    os.chdir(request["root"])
    if sys.path[0] != request["root"]:
        sys.path.insert(0, request["root"])
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _perform(
    request: dict[str, Any],
    reply: Callable[[dict[str, Any]], None],
    probes: ModuleType | None,
) -> dict[str, Any]:
    if probes is None and request.get("probes"):
        probes = load(request["probes"])
    match request["do"]:
        case "probe":
            assert probes is not None
            return to_wire(Value(_call(probes, request)))
        case "serve":
            from checker.subject.serving import serve

            if request["name"] and probes:
                _call(probes, request)
            serve(
                request["app"],
                request["socket"],
                request["side"],
                probes,
                ready=lambda: reply(to_wire(Value(os.getpid()))),
            )
            return to_wire(Value(None))
        case "command":
            module, *arguments = request["argv"]
            sys.argv = [module, *arguments]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
            return to_wire(Value(0))
        case other:
            raise ValueError(f"no such request: {other}")


def load(path: str) -> ModuleType:
    """The lesson's probes, under a name that cannot clash with the submission's."""
    spec = importlib.util.spec_from_file_location("_checker_probes", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _call(probes: ModuleType, request: dict[str, Any]) -> Any:
    found = getattr(probes, request["name"])(**request["args"])
    return asyncio.run(found) if inspect.iscoroutine(found) else found


def _write(descriptor: int, token: str, answer: dict[str, Any]) -> None:
    try:
        data = json.dumps(answer).encode()
    except (TypeError, ValueError, RecursionError) as error:
        answer = to_wire(Raised("TypeError", f"the probe's answer is no plain JSON: {error}"))
        data = json.dumps(answer).encode()
    if len(data) > MOST_ANSWER:
        answer = to_wire(Raised("OverflowError", f"an answer of {len(data):,} bytes is too long"))
        data = json.dumps(answer).encode()
    data = token.encode() + b" " + data + b"\n"
    while data:
        data = data[os.write(descriptor, data) :]


def _describe(error: BaseException, root: Path) -> Raised:
    """The exception as data, with the innermost place in the project's own code."""
    try:
        message = str(error)
    except BaseException as second:
        message = f"(its message cannot be shown: {type(second).__name__})"
    file: str | None = None
    line: int | None = None
    trace = error.__traceback__
    while trace is not None:
        if own := _inside(trace.tb_frame.f_code.co_filename, root):
            file, line = own, trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and (own := _inside(error.filename or "", root)):
        file, line, message = own, error.lineno or 1, error.msg
    message = message.replace(f"{root}{os.sep}", "")[:MOST_MESSAGE]
    return Raised(type(error).__name__, message, file, line)


def _inside(filename: str, root: Path) -> str | None:
    if filename.startswith("<"):  # code made by a library, such as dataclasses
        return None
    path = Path(filename)
    if not path.is_absolute():
        path = root / path
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None


if __name__ == "__main__":  # the fresh process that does a fork's work where fork is not to be had
    _result = os.dup(1)
    run(json.loads(sys.stdin.readline()), _result)
