"""The filter of system calls, read as the kernel reads it."""

import errno

import pytest

from checker.subject.seccomp import _REFUSED, _program

X86, ARM = 0xC000003E, 0xC00000B7
ALLOW, ERROR = 0x7FFF0000, 0x00050000


def verdict(machine, architecture, number, first=0):
    """What the program returns for a system call with that first argument."""
    data = {0: number, 4: architecture, 16: first}
    program = list(_program(machine))
    place = loaded = 0
    while True:
        code, yes, no, value = program[place]
        place += 1
        match code:
            case 0x20:
                loaded = data[value]
            case 0x06:
                return value
            case 0x15:
                place += yes if loaded == value else no
            case 0x35:
                place += yes if loaded >= value else no
            case 0x45:
                place += yes if loaded & value else no


@pytest.mark.parametrize(
    ("machine", "architecture", "column"), [("x86_64", X86, 0), ("aarch64", ARM, 1)]
)
def test_each_that_is_refused_is(machine, architecture, column):
    for numbers in _REFUSED.values():
        if (number := numbers[column]) is not None:
            assert verdict(machine, architecture, number) == ERROR | errno.EPERM


def test_what_python_needs_is_allowed():
    read, openat, execve, exit_group, connect = 0, 257, 59, 231, 42
    for number in (read, openat, execve, exit_group, connect):
        assert verdict("x86_64", X86, number) == ALLOW


def test_a_process_may_be_made_and_no_namespace():
    clone, clone3, new_user, thread = 56, 435, 0x10000000, 0x00010F00
    assert verdict("x86_64", X86, clone, thread) == ALLOW
    assert verdict("x86_64", X86, clone, thread | new_user) == ERROR | errno.EPERM
    assert verdict("x86_64", X86, clone3) == ERROR | errno.ENOSYS


def test_sockets_are_local_or_of_the_internet():
    unix, inet, inet6, netlink, packet, vsock = 1, 2, 10, 16, 17, 40
    for family in (unix, inet, inet6):
        assert verdict("x86_64", X86, 41, family) == ALLOW
    for family in (netlink, packet, vsock):
        assert verdict("x86_64", X86, 41, family) == ERROR | errno.EAFNOSUPPORT


def test_no_other_architecture_and_no_other_numbers():
    assert verdict("x86_64", 0x40000003, 0) == ERROR | errno.EPERM
    assert verdict("x86_64", X86, 0x40000000) == ERROR | errno.EPERM
