"""Help, the version, and `python -m checker`."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("command", ["check", "hint", "catch-up", "dev"])
def test_help_of_a_command_is_its_own(run, command):
    assert run("help", command).out == run(command, "--help").out
    assert run("help", command).out


def test_help_alone_is_the_checkers(run):
    assert run("help").out == run("--help").out


@pytest.mark.parametrize("command", ["check", "hint", "reset", "catch-up", "restore", "bug"])
def test_no_type_of_pythons_is_shown(run, command):
    told = run(command, "--help").out
    assert not {"<str>", "<list[str]>", "<float range>", "<int>"} & set(told.split())
    assert "[[" not in told


def test_the_version(run):
    assert run("-V").out == run("--version").out != ""


def test_as_a_module(tmp_path):
    command = [sys.executable, "-m", "checker", "--version"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("checker ")
