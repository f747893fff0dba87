"""What of the file system a submission's code sees: the interpreter, the libraries, what runs it
here, devices that give nothing away, and one folder of its own. Only that folder can be written to.
"""

import os
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from pathlib import Path

from checker.subject import kernel

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
_SETTINGS = ("ld.so.cache", "alternatives", "localtime", "mime.types", "protocols", "services")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_OLD = "/.old"
_SMALL = "size=32m,nr_inodes=4k,mode=1777"
"""Of what is in memory for programs that will have it, beside the folder of its own."""

Place = tuple[str, str]
"""A file or folder as it is, without links, and where it is shown."""


def readable(files: Sequence[str] = ()) -> list[str]:
    """Files and folders of this machine that such code may read: what Python needs to run, this
    package, and `files`."""
    paths = sysconfig.get_paths()
    python = [sys.prefix, sys.base_prefix, sys.base_exec_prefix, os.path.dirname(sys.executable)]
    python += [paths["stdlib"], paths["platstdlib"], paths["purelib"], paths["platlib"]]
    settings = [f"/etc/{name}" for name in _SETTINGS]
    package = Path(__file__).parent
    own = [package, package.with_name("__init__.py"), package.with_name("errors.py")]
    found = [*_SYSTEM, *settings, *python, *map(str, own), *files]
    return [each for each in dict.fromkeys(found) if os.path.exists(each)]


def hidden() -> str:
    """The folder that this package was cloned into, with lessons, tests and solutions; nothing of
    it is shown but what `readable` names."""
    return str(Path(__file__).resolve().parents[2])


def enter(folder: str, files: Sequence[str], uid: int) -> None:
    """See nothing but the view from now on, in a mount namespace of one's own. Raises OSError.

    To be called by the first process of a new process namespace. `folder` is where it may write.
    """
    clone = hidden()
    inside = [path for path in readable(files) if _is_within(path, clone)]
    places = _places([path for path in readable(files) if path not in inside])
    inside_places = _places(inside)
    kernel.mount("view", folder, "tmpfs", _PLAIN, "size=4m,nr_inodes=4k,mode=755")
    os.mkdir(folder + _OLD)
    kernel.change_root(folder, folder + _OLD)
    for source, target in places:
        _show(source, target)
    if os.path.isdir(clone):  # it is inside one of them
        kernel.mount("hidden", clone, "tmpfs", _PLAIN, "size=1m,mode=755")
    for source, target in inside_places:
        _show(source, target)
    _show_devices()
    _write_settings(uid)
    for name in ("/tmp", "/dev/shm"):  # noqa: S108 - in a view of its own
        os.makedirs(name, exist_ok=True)
        kernel.mount("scratch", name, "tmpfs", _PLAIN, _SMALL)
    os.makedirs(folder, exist_ok=True)
    kernel.bind(_OLD + folder, folder, attributes=_PLAIN | kernel.NO_LINKS)
    os.mkdir("/proc")
    kernel.mount("proc", "/proc", "proc", _PLAIN | kernel.NO_EXEC, "subset=pid")
    kernel.unmount(_OLD)
    os.rmdir(_OLD)
    kernel.make_read_only("/")


_PLAIN = kernel.NO_SUID | kernel.NO_DEVICES


def _places(paths: Iterable[str]) -> list[Place]:
    """Each under its own name and under that without links, but those inside of another one."""
    shown: list[str] = []
    for target in sorted({*paths, *map(os.path.realpath, paths)}, key=len):
        if not any(_is_within(target, each) for each in shown):
            shown.append(target)
    return [(os.path.realpath(target), target) for target in shown]


def _show(source: str, target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.isdir(_OLD + source):
        os.makedirs(target, exist_ok=True)
    else:
        with open(target, "ab"):
            pass
    kernel.bind(_OLD + source, target)


def _show_devices() -> None:
    os.mkdir("/dev")
    for name in _DEVICES:
        with open(f"/dev/{name}", "wb"):
            pass
        kernel.bind(f"{_OLD}/dev/{name}", f"/dev/{name}", attributes=kernel.NO_SUID)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"/dev/{name}")
    os.symlink("/proc/self/fd", "/dev/fd")


def _write_settings(uid: int) -> None:
    os.makedirs("/etc", exist_ok=True)
    written = {
        "passwd": f"student:x:{uid}:{uid}::/tmp:/bin/false\n",
        "group": f"student:x:{uid}:\n",
        "hosts": "127.0.0.1 localhost\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    }
    for name, text in written.items():
        Path("/etc", name).write_text(text, encoding="ascii")


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
