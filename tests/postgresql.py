"""A PostgreSQL cluster of the tests' own, from the programs that this machine has."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

WITHOUT = "CHECKER_WITHOUT_POSTGRESQL"
PASSWORD = "p@ss/w:rd ?#%"
MISSING = (
    "PostgreSQL's programs initdb and pg_ctl are not on this machine: install Debian's package"
    f" postgresql, or set {WITHOUT}=1 to leave these tests out."
)
_SETTINGS = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Cluster:
    """A server on a socket in `folder`. Its users: judge, plain without rights, other with."""

    folder: Path

    def url(self, user: str = "judge", password: str = "", database: str = "postgres") -> str:
        secret = f":{password}" if password else ""
        return f"postgresql://{user}{secret}@/{database}?host={self.folder}"

    def databases(self) -> set[str]:
        """The names of all but those that every server has."""
        with psycopg.connect(self.url()) as connection:
            names = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        return names - {"postgres", "template0", "template1"}


def programs() -> Path | None:
    """The folder of initdb and pg_ctl: that of PATH, or the newest where Debian has them."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: float(path.parent.name), default=None)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start one in a temporary folder, as another user where we are root, whom it refuses."""
    found = programs()
    if found is None:
        pytest.fail(MISSING, pytrace=False)
    folder = Path(tempfile.mkdtemp(prefix="posts-postgresql-")).resolve()
    user = _unprivileged()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [found / program, "-D", folder / "data", *arguments],
            cwd=folder,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=[] if user else None,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    options = " ".join(f"-c {setting}" for setting in _SETTINGS)
    try:
        run("initdb", "-U", "judge", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        access = folder / "data" / "pg_hba.conf"
        access.write_text("local all other scram-sha-256\nlocal all all trust\n")
        log = str(folder / "log")
        run("pg_ctl", "start", "--wait", "--silent", "-l", log, "-o", f"{options} -k {folder}")
        try:
            made = Cluster(folder)
            with psycopg.connect(made.url(), autocommit=True) as connection:
                connection.execute("CREATE ROLE plain LOGIN")
                connection.execute(f"CREATE ROLE other LOGIN CREATEDB PASSWORD '{PASSWORD}'")
            yield made
        finally:
            run("pg_ctl", "stop", "--wait", "--silent", "--mode", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to run the server as where we are root: Debian's own user for it, or nobody."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]
