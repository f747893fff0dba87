"""What of the file system a submission's code sees: the interpreter, the libraries, what runs it
here, devices that give nothing away, and one folder of its own. Only that folder can be written to.
"""

import sys
import sysconfig
from collections.abc import Iterable, Sequence
from pathlib import Path

from checker.subject import kernel

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
_SETTINGS = ("ld.so.cache", "alternatives", "localtime", "mime.types", "protocols", "services")
DEVICES = ("null", "zero", "full", "random", "urandom")
_OLD = Path("/.old")
_PLAIN = kernel.NO_SUID | kernel.NO_DEVICES
SCRATCH = "scratch"
"""The folder in it that programs find where everybody may write, unless something that they read
stands there, such as this clone."""

Place = tuple[Path, Path]
"""A file or folder as it is, without links, and where it is shown."""


def readable(files: Iterable[str] = ()) -> list[Path]:
    """Files and folders of this machine that such code may read: what Python needs to run, this
    package, and `files`."""
    paths = sysconfig.get_paths()
    python = [sys.prefix, sys.base_prefix, sys.base_exec_prefix, str(Path(sys.executable).parent)]
    python += [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    settings = [f"/etc/{name}" for name in _SETTINGS]
    package = Path(__file__).parent
    own = (package, package.with_name("__init__.py"), package.with_name("errors.py"))
    found = (*map(Path, (*_SYSTEM, *settings, *python, *files)), *own)
    return [path for path in dict.fromkeys(found) if path.exists()]


def clone() -> Path:
    """The folder that this package was cloned into, with lessons, tests and solutions; nothing of
    it is shown but what `readable` names."""
    return Path(__file__).resolve().parents[2]


def enter(folder: Path, files: Sequence[str], uid: int) -> None:
    """See nothing but the view from now on, in a mount namespace of one's own. Raises OSError.

    To be called by the first process of a new process namespace. `folder` is where it may write.
    """
    hidden = clone()
    paths = readable(files)
    inside = _places(path for path in paths if path.is_relative_to(hidden))
    outside = _places(path for path in paths if not path.is_relative_to(hidden))
    kernel.mount("view", folder, "tmpfs", _PLAIN, "size=4m,nr_inodes=4k,mode=755")
    (folder / _OLD.name).mkdir()
    kernel.change_root(folder, folder / _OLD.name)
    for source, target in outside:
        _show(source, target)
    if hidden.is_dir():  # it is inside one of them
        kernel.mount("hidden", hidden, "tmpfs", _PLAIN, "size=1m,mode=755")
    for source, target in inside:
        _show(source, target)
    _show_devices()
    _write_settings(uid)
    for shared in (Path("/tmp"), Path("/dev/shm")):  # noqa: S108 - in a view of its own
        shared.mkdir(parents=True, exist_ok=True)
        if not any(path.is_relative_to(shared) for path in (folder, *paths)):
            scratch = _within(_OLD, folder / SCRATCH)
            kernel.bind(scratch, shared, attributes=_PLAIN | kernel.NO_LINKS)
    folder.mkdir(parents=True, exist_ok=True)
    kernel.bind(_within(_OLD, folder), folder, attributes=_PLAIN | kernel.NO_LINKS)
    Path("/proc").mkdir()
    kernel.mount("proc", Path("/proc"), "proc", _PLAIN | kernel.NO_EXEC)
    kernel.unmount(_OLD)
    _OLD.rmdir()
    kernel.make_read_only(Path("/"))


def _places(paths: Iterable[Path]) -> list[Place]:
    """Each under its own name and under that without links, but those inside of another one."""
    each = {name for path in paths for name in (path, path.resolve())}
    shown: list[Path] = []
    for target in sorted(each, key=lambda path: len(path.parts)):
        if not any(target.is_relative_to(other) for other in shown):
            shown.append(target)
    return [(target.resolve(), target) for target in shown]


def _show(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if (old := _within(_OLD, source)).is_dir():
        target.mkdir(exist_ok=True)
    else:
        target.touch()
    kernel.bind(old, target)


def _show_devices() -> None:
    devices = Path("/dev")
    devices.mkdir()
    for name in DEVICES:
        (devices / name).touch()
        kernel.bind(_OLD / "dev" / name, devices / name, attributes=kernel.NO_SUID)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        (devices / name).symlink_to(f"/proc/self/fd/{number}")
    (devices / "fd").symlink_to("/proc/self/fd")


def _write_settings(uid: int) -> None:
    Path("/etc").mkdir(exist_ok=True)
    written = {
        "passwd": f"student:x:{uid}:{uid}::/tmp:/bin/false\n",
        "group": f"student:x:{uid}:\n",
        "hosts": "127.0.0.1 localhost\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    }
    for name, text in written.items():
        Path("/etc", name).write_text(text, encoding="ascii")


def _within(root: Path, path: Path) -> Path:
    """The absolute path below another root."""
    return root / path.relative_to("/")
