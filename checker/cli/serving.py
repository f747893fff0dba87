"""Runs the learner's code for the learner: migrations, then the app under uvicorn, reloading.

Nothing is judged here, and so nothing is kept apart: the code runs in the project's own folder,
with the learner's environment, as if started by hand.
"""

import configparser
import contextlib
import errno
import os
import socket
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import typer

from checker.cli.attended import attended
from checker.cli.endings import FAILED, PASSED
from checker.cli.lookup import shown
from checker.commands import command
from checker.errors import UserError
from checker.report.printable import printable

APP = "CHECKER_SERVED_APP"
"""The variable with the app's place, `module:attribute`, for what uvicorn is to import."""
MIGRATED = "CHECKER_SERVED_MIGRATIONS"
"""The variable with the migrations that were applied before uvicorn was started."""
_SHUTDOWN = 3
"""Seconds in which uvicorn waits for open requests when it ends or reloads."""


@dataclass(frozen=True)
class Address:
    """A loopback address, as a number: no name that somebody could resolve to elsewhere."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def loopback(host: str, port: int) -> Address:
    """The address, if it is of this machine alone. Raises UserError."""
    with contextlib.suppress(ValueError):
        number = ip_address("127.0.0.1" if host.lower() == "localhost" else host)
        if number.is_loopback:
            return Address(str(number), port)
    raise UserError(
        f"{printable(host)!r} is no address of this machine alone, and your app is for you alone.",
        "Leave --host out, or take 127.0.0.1, ::1 or localhost.",
    )


def refuse_taken(address: Address, asking: str = "run") -> None:
    """Raises UserError where nobody could listen there. `asking` is the command that would."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    another = command(f"{asking} --port {address.port + 1 if address.port < 65535 else 8000}")
    try:
        with socket.socket(family) as probe:
            if os.name == "posix":  # as uvicorn does; on Windows it would take a port from others
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address.host, address.port))
            probe.listen(1)
    except PermissionError as error:
        raise UserError(
            f"You may not listen on port {address.port}.",
            f"Take one above 1023: {command(asking)}",
        ) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UserError(
                f"Port {address.port} is in use, perhaps by another checker {asking}.",
                f"End that, or take another port: {another}",
            ) from error
        raise UserError(
            f"Nothing can be served on {address.host}: {error.strerror or error}.",
            "Leave --host out.",
        ) from error


def migrations(root: Path) -> str:
    """What there is to apply, as a text that is another once one is saved; empty where there is
    nothing. An `alembic.ini` that cannot be read is something: Alembic says what is wrong."""
    file = root / "alembic.ini"
    if not file.is_file():
        return ""
    settings = configparser.ConfigParser({"here": str(root.absolute())})
    try:
        settings.read_string(file.read_text(encoding="utf-8"))
        place = settings.get("alembic", "script_location", fallback="alembic")
    except (configparser.Error, UnicodeDecodeError):
        return "?"
    if not Path(place).is_absolute():
        place = place.replace(":", "/")  # a package and a folder in it
    found = sorted((root / place / "versions").rglob("*.py"))
    return " ".join(f"{each.name}:{each.stat().st_mtime_ns}" for each in found)


def migrate(root: Path, failing: str = "nothing was started") -> bool:
    """Apply the migrations. False where Ctrl-C came first; raises UserError where they fail, with
    what follows from that."""
    last: deque[str] = deque(maxlen=200)
    alembic = ("-m", "alembic", "upgrade", "head")
    code = attended(alembic, root, last=last)
    if code is None:
        return False
    if code != 0:
        raise UserError(
            f"Your migrations failed, and {failing}: {gist(last)}",
            f"To see all of it, in {shown(root)}: alembic upgrade head",
        )
    return True


def serve(app: str, root: Path, address: Address) -> int:
    """Serve `app`, `module:attribute`, until Ctrl-C, SIGTERM or SIGHUP. Returns the exit code."""
    argv = ["-m", "uvicorn", "checker.cli.served:application", "--factory", "--app-dir", "."]
    argv += ["--reload", "--reload-dir", "."]
    argv += ["--host", address.host, "--port", str(address.port)]
    argv += ["--timeout-graceful-shutdown", str(_SHUTDOWN), "--reload-include", ".env"]
    for folder in (".checker", ".venv", "venv"):  # the first holds backups of the project's code
        if (root / folder).is_dir():
            argv += ["--reload-exclude", str((root / folder).resolve())]
    if os.environ.get("NO_COLOR"):
        argv.append("--no-use-colors")
    code = attended(argv, root, env={APP: app, MIGRATED: migrations(root)})
    if code:
        typer.echo(f"uvicorn ended by itself (exit code {code}). What it says is above.", err=True)
    return FAILED if code else PASSED


def gist(lines: Sequence[str]) -> str:
    """What a program that failed said last, on one line: of a traceback, the exception."""
    told = list(lines)
    for place in range(len(told) - 1, -1, -1):
        if told[place].startswith("Traceback (most recent call last):"):
            frames = [at for at in range(place + 1, len(told)) if told[at][:1].strip()]
            told = told[frames[0] :] if frames else told[place:]
            break
    else:
        told = [line for line in told if line.strip()][-1:]
    kept = (line for line in told if not line.strip().startswith(_BESIDE_THE_POINT))
    return " ".join(printable(" ".join(kept), most=500).split()) or "it did not say why."


_BESIDE_THE_POINT = (
    "(Background on this error at",  # SQLAlchemy
    "For further information visit",  # pydantic
    "[SQL:",
    "[parameters:",
)
