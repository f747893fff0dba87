"""Setting up: nothing is begun with a Python that will not do, and what was moved is made anew."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[2]
STUB = """#!/bin/sh
# As much of a Python as set-up asks of one: its version, and an environment.
case "$*" in
  *"%d.%d"*) echo {version} ;;
  *"sys.exit(not"*) exit {unfit} ;;
  "-m venv .venv")
    echo made >>"{log}"
    [ -z "{broken}" ] || {{ mkdir -p .venv/bin; echo "ensurepip is not available" >&2; exit 1; }}
    mkdir -p .venv/bin
    cp "$0" .venv/bin/python
    echo "#!$(pwd -P)/.venv/bin/python" >.venv/bin/pip ;;
esac
"""


@pytest.fixture
def clone(tmp_path):
    """What of the clone has to do with setting up; the path is an odd one."""
    clone = tmp_path / "my clone"
    (clone / ".ci").mkdir(parents=True)
    for name in ("Makefile", ".ci/environment", "requirements.lock", "pyproject.toml"):
        shutil.copy(CLONE / name, clone / name)
    return clone


@pytest.fixture
def python(tmp_path):
    """Put a stub of a Python on the path, under some name."""

    def python(version, name="python3", broken=""):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        unfit = int(not (3, 11) <= tuple(map(int, version.split("."))) <= (3, 14))
        log = tmp_path / "made"
        (folder / name).write_text(
            STUB.format(version=version, unfit=unfit, log=log, broken=broken)
        )
        (folder / name).chmod(0o755)
        return log

    return python


@pytest.fixture
def make(clone, tmp_path):
    """Run make there, with no Python in sight but the stubs."""

    def make(*args, folder=clone):
        programs = ("make", "sh", "cat", "head", "grep", "rm", "mkdir", "cp", "echo", "test")
        (tmp_path / "bin").mkdir(exist_ok=True)
        for name in programs:
            link = tmp_path / "bin" / name
            if not link.exists():
                link.symlink_to(shutil.which(name))
        return subprocess.run(
            ["make", *args, "UV=/bin/true"],
            cwd=folder,
            env={"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)},
            check=False,
            capture_output=True,
            text=True,
        )

    return make


@pytest.mark.parametrize("version", ["3.10", "3.15", "2.7"])
def test_a_python_that_will_not_do_is_one_sentence_and_nothing_is_made(
    clone, python, make, version
):
    python(version)

    done = make("setup")

    assert done.returncode == 2
    assert done.stderr.splitlines()[:2] == [
        f"python3 is Python {version}, and the workshop needs 3.11 to 3.14.",
        "Install one of them, then: make start PYTHON=python3.13",
    ]
    assert not (clone / ".venv").exists()


def test_the_right_one_is_named_where_it_is_there_and_then_it_works(clone, python, make):
    python("3.10")
    python("3.12", "python3.12")

    assert "You have one: make start PYTHON=python3.12" in make("setup").stderr
    assert make("setup", "PYTHON=python3.12").returncode == 0
    assert make("setup").returncode == 0  # the environment is there: no matter what python3 is


def test_no_python_at_all(clone, make):
    done = make("setup")

    assert done.returncode == 2
    assert done.stderr.startswith("There is no Python under the name python3.\n")


def test_an_environment_of_a_wrong_python_is_made_anew(clone, python, make):
    (clone / ".venv/bin").mkdir(parents=True)
    (clone / ".venv/bin/python").write_text("#!/bin/sh\nexit 1\n")
    (clone / ".venv/bin/python").chmod(0o755)
    (clone / ".venv/.done").write_text(f"{clone}\n")
    os.utime(clone / ".venv/.done", (0, 0))  # older than the lock: it is looked at again
    log = python("3.11")

    done = make("setup")

    assert (done.returncode, log.read_text()) == (0, "made\n")
    assert "it is made anew" in done.stdout


def test_a_clone_that_was_moved_mends_itself(clone, python, make):
    log = python("3.13")
    assert make("setup").returncode == 0
    assert make("setup").returncode == 0
    assert log.read_text() == "made\n"

    moved = clone.rename(clone.with_name("elsewhere"))
    done = make("setup", folder=moved)

    assert (done.returncode, log.read_text()) == (0, "made\nmade\n")
    assert "it is made anew" in done.stdout
    assert (moved / ".venv/.done").read_text() == f"{moved}\n"
    assert str(moved) in (moved / ".venv/bin/pip").read_text()


def test_a_half_made_environment_does_not_stay(clone, python, make):
    python("3.11", broken="yes")

    done = make("setup")

    assert done.returncode == 2
    assert done.stderr.splitlines()[:2] == [
        "python3 could not make an environment: ensurepip is not available",
        "On Debian and Ubuntu: sudo apt install python3-venv. Then: make start",
    ]
    assert not (clone / ".venv").exists()


def test_one_that_was_cut_off_is_made_anew(clone, python, make):
    (clone / ".venv/bin").mkdir(parents=True)
    log = python("3.11")
    shutil.copy(log.with_name("bin") / "python3", clone / ".venv/bin/python")

    assert make("setup").returncode == 0
    assert log.read_text() == "made\n"
