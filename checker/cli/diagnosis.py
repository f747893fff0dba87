"""What `checker doctor` finds out about this machine and this workspace."""

import os
import shutil
import sqlite3
import sys
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from checker.broker.choice import VARIABLE as BROKER_VARIABLE
from checker.broker.choice import Choice, Kind, chosen
from checker.broker.handle import BrokerError, BrokerProcess
from checker.broker.java import jars_folder, java, ready
from checker.cli.lookup import shown
from checker.errors import UserError
from checker.judge.databases.server import VARIABLE, Server
from checker.judge.session.workroom import roomy, sweep
from checker.workspace import is_workspace
from checker.workspace.location import FOLDER

OLDEST_PYTHON = (3, 11)
FIRST_PYTHON_TOO_NEW = (3, 15)
OLDEST_SQLITE = (3, 35)
"""The first with RETURNING and DROP COLUMN, which SQLAlchemy and alembic use."""
LITTLE_DISK = 500 * 1024**2
TOO_LITTLE_DISK = 50 * 1024**2


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    state: State
    what: str
    next_step: str = ""


def diagnose(root: Path, lock: Path) -> list[Finding]:
    """Look at everything. `lock` is the clone's `requirements.lock`, `root` the project."""
    return [
        python(sys.version_info[:3]),
        libraries(lock),
        fork(),
        sqlite(sqlite3.sqlite_version_info),
        database(),
        *brokers(),
        workspace(root),
        *left_over(),
        disk(shutil.disk_usage(_existing(root)).free, _existing(root)),
    ]


def python(found: tuple[int, ...]) -> Finding:
    name = "Python " + ".".join(map(str, found))
    if OLDEST_PYTHON <= found[:2] < FIRST_PYTHON_TOO_NEW:
        return Finding(State.OK, name)
    return Finding(
        State.PROBLEM,
        f"{name} is not one of 3.11 to 3.14.",
        "make clean, then: make setup PYTHON=python3.13",
    )


def libraries(lock: Path) -> Finding:
    if not lock.is_file():
        return Finding(State.WARNING, f"{lock.name} is not there to compare with.", "git checkout")
    wrong = []
    for requirement in locked(lock.read_text(encoding="utf-8")):
        wanted = str(requirement.specifier).removeprefix("==")
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            found = "missing"
        if found != wanted:
            wrong.append(f"{requirement.name} {found} (locked: {wanted})")
    if not wrong:
        return Finding(State.OK, "Libraries are those of requirements.lock.")
    more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
    return Finding(
        State.PROBLEM,
        f"Libraries differ from requirements.lock: {', '.join(wrong[:3])}{more}.",
        "make clean, then: make setup",
    )


def locked(text: str) -> list[Requirement]:
    """The requirements of a lock file that apply to this interpreter."""
    lines = [line.rstrip("\\ ") for line in text.splitlines() if line[:1].isalnum()]
    found = [Requirement(line) for line in lines]
    return [each for each in found if each.marker is None or each.marker.evaluate()]


def fork() -> Finding:
    if hasattr(os, "fork") and not os.environ.get("CHECKER_NO_FORK"):
        return Finding(State.OK, "Processes can be forked, which makes grading quick.")
    return Finding(
        State.WARNING,
        "Processes are not forked here: grading works and takes longer.",
        "On Windows, WSL is quicker. Unset CHECKER_NO_FORK if you set it.",
    )


def sqlite(found: tuple[int, ...]) -> Finding:
    name = "SQLite " + ".".join(map(str, found))
    if found[:2] >= OLDEST_SQLITE:
        return Finding(State.OK, name)
    return Finding(
        State.PROBLEM, f"{name} is older than 3.35.", "Use a Python that brings a newer SQLite."
    )


def database() -> Finding:
    """Where a check's database is, and whether one could be made there now."""
    try:
        server = Server.named()
        if server is None:
            return Finding(State.OK, "Checks use SQLite files.")
        with server.open() as connection:
            number = connection.info.server_version
    except UserError as error:
        return Finding(State.PROBLEM, error.sentence, error.next_step)
    name = f"PostgreSQL {number // 10000}.{number % 10000}"
    return Finding(State.OK, f"Checks use {name} at {server.place} ({VARIABLE}).")


def brokers() -> list[Finding]:
    """The broker that checks use and why, and whether an Apache Kafka can be started."""
    try:
        choice = chosen()
        if choice.kind is Kind.APACHE:
            ready()
    except UserError as error:
        return [Finding(State.PROBLEM, error.sentence, error.next_step)]
    process = BrokerProcess()
    try:
        if choice.kind is not Kind.APACHE:
            process.ask("open", kind=choice.kind, address=choice.address)
    except BrokerError as error:
        return [_no_broker(choice, error)]
    finally:
        process.close()
    match choice.kind:
        case Kind.APACHE:
            what = f"an Apache Kafka of their own ({BROKER_VARIABLE})"
        case Kind.NAMED:
            what = f"the broker at {choice.address} ({BROKER_VARIABLE}); no check takes it away"
        case Kind.EMBEDDED:
            what = f"the embedded broker: {BROKER_VARIABLE} names no other"
    return [Finding(State.OK, f"Checks of Kafka use {what}."), apache()]


def _no_broker(choice: Choice, error: BrokerError) -> Finding:
    if choice.kind is Kind.NAMED:
        return Finding(
            State.PROBLEM,
            f"No broker answers at {choice.address} ({BROKER_VARIABLE}).",
            f"Start it, or unset {BROKER_VARIABLE} for the embedded one.",
        )
    return Finding(
        State.PROBLEM,
        f"The embedded Kafka broker does not start: {error}.",
        "make clean, then: make setup",
    )


def apache() -> Finding:
    """What `checker broker --apache` would need and does not find."""
    try:
        ready()
    except UserError as error:
        return Finding(State.OK, f"No Apache Kafka can be started: {error.sentence}")
    fetched = "with the jars that are here" if jars_folder().is_dir() else "once maven has its jars"
    return Finding(State.OK, f"checker broker --apache can start one, by {java()}, {fetched}.")


def workspace(root: Path) -> Finding:
    if not is_workspace(root):
        return Finding(State.WARNING, f"There is no workspace in {shown(root)}.", "checker start")
    try:
        with tempfile.TemporaryFile(dir=root / FOLDER) as file:
            file.write(b"x")
    except OSError as error:
        return Finding(
            State.PROBLEM,
            f"The workspace {shown(root)} cannot be written to: {error.strerror}.",
            "Give yourself write permission there, or free some space.",
        )
    return Finding(State.OK, f"The workspace {shown(root)} can be written to.")


def left_over() -> list[Finding]:
    """What killed gradings have left, where gradings have their files: it is removed, and said."""
    where = roomy() or Path(tempfile.gettempdir())
    swept = sweep(where)
    if not swept:
        return []
    count = "a killed grading" if swept == 1 else f"{swept} killed gradings"
    return [Finding(State.OK, f"Removed what {count} had left in {where}.")]


def disk(free: int, where: Path) -> Finding:
    megabytes = free // 1024**2
    if free >= LITTLE_DISK:
        return Finding(State.OK, f"{megabytes} MB of disk are free.")
    state = State.WARNING if free >= TOO_LITTLE_DISK else State.PROBLEM
    return Finding(state, f"Only {megabytes} MB of disk are free at {where}.", "Free some space.")


def _existing(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    path = path.absolute()
    return next(p for p in (path, *path.parents) if p.exists())
