"""A request as the command that sends it again, to the app that `checker run` serves."""

import shlex

import httpx

SERVED = "http://127.0.0.1:8000"
_USUAL = {"accept", "accept-encoding", "connection", "content-length", "host", "user-agent"}
_LONGEST = 1_000


def curl(request: httpx.Request) -> str:
    """One line for a shell. Empty where the body is no text, or too long to be read in a line."""
    target = request.url.raw_path.decode("ascii", "replace")
    argv = ["curl", "-i"]
    if request.method == "HEAD":
        argv += ["-I"]
    elif request.method != "GET":
        argv += ["-X", request.method]
    argv.append(f"{SERVED}{target}")
    for name, value in request.headers.multi_items():
        if name not in _USUAL:
            argv += ["-H", f"{name}: {value}"]
    try:
        body = request.read().decode()
    except (UnicodeDecodeError, httpx.StreamError):
        return ""
    if body:
        argv += ["--data-raw", body]
    line = shlex.join(argv)
    return line if len(line) <= _LONGEST and line.isprintable() else ""
