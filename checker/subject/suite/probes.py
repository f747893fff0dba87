"""What the judge asks about the learner's tests. Each answer is plain JSON.

`cache` is a folder for compiled modules, so that runs after the first find their tests compiled.
"""

import contextlib
import gc
import io
import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from checker.subject.limits import threads
from checker.subject.suite.ahead import remember_plugins
from checker.subject.suite.lines import Coverage
from checker.subject.suite.overrides import overrides
from checker.subject.suite.recorder import LEAKS, Recorder, error_line
from checker.subject.suite.swap import swap
from checker.subject.suite.watching import Watch

QUIET = (
    "-q",
    *("-p", "no:cacheprovider"),
    *("-p", "no:xdist"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # of libraries that were imported ahead
)
IN_ORDER = ("-p", "no:randomly")
UNCOLLECTED = ("-p", "no:unraisableexception", "-p", "no:threadexception")
"""Without looking for what nobody closed, which takes longer than most tests."""
BRIEF = (*IN_ORDER, *UNCOLLECTED, "-x", "--tb=native")
"""Where it is enough that a test fails."""


def own(cache: str) -> dict[str, Any]:
    """The tests backwards; where one fails, in the order of their files as well."""
    _prepare(cache)
    return _disordered(lambda: _run(IN_ORDER, backwards=True))


def shuffled(cache: str, seed: int) -> dict[str, Any]:
    """The tests in the order of a seed; where one fails, in the order of their files as well."""
    _prepare(cache)
    return _disordered(lambda: _run((f"--randomly-seed={seed}",)))


def measured(cache: str, folders: Sequence[str]) -> dict[str, Any]:
    """The tests in the order of their files, and which of them executes which line below the
    folders."""
    _prepare(cache)

    def run() -> dict[str, Any]:
        coverage = Coverage(Path.cwd(), folders)
        told = _run(IN_ORDER, plugins=[coverage])
        return {"run": told, "lines": coverage.lines()}

    told = _apart(run)
    return told if "run" in told else {"run": told, "lines": {}}


def hunt(cache: str, bugs: list[dict[str, Any]], named: Sequence[str]) -> dict[str, str]:
    """For each bug, the first test that fails with it, and without it passes. Tests have the names
    of `named`, all those that another run has collected.

    A bug has a `name`, `files` (path → the text with the bug), `tests` to run, and says whether it
    is inside of functions that are not called while modules are imported (`swap`).
    """
    _prepare(cache)
    noticed: dict[str, str] = {}
    open_ = bugs
    while open_:
        for number, bug in enumerate(open_):
            if not bug["swap"]:
                with _installed(bug["files"], number + 1):
                    told = _apart(partial(_run, BRIEF, only=bug["tests"], named=named))
                noticed[bug["name"]] = next(iter(told["failed"]), "")
        told = _apart(_Collected(open_, dict(noticed), named).collect)
        noticed |= told.get("noticed", {})
        unreliable = set(told.get("unreliable", ()))
        again = []
        for bug in open_:
            killer = noticed.setdefault(bug["name"], "")
            if bug["name"] in told.get("imports", ()):
                again.append({**bug, "swap": False})
            elif killer in unreliable:
                tests = [test for test in bug["tests"] if test not in unreliable]
                again.append({**bug, "tests": tests})
        open_ = again
    return noticed


class _Collected:
    """A pytest plugin: with all tests collected, it forks to run some of them on each bug that can
    be put into what is imported. At the end, the tests that have noticed a bug run without any."""

    def __init__(
        self, bugs: list[dict[str, Any]], noticed: dict[str, str], named: Sequence[str]
    ) -> None:
        self._bugs = bugs
        self._recorder = Recorder(Path.cwd(), named=named)
        self.noticed = noticed
        self.imports: list[str] = []
        """The bugs that need an import of their own after all."""
        self.unreliable: list[str] = []

    def collect(self) -> dict[str, Any]:
        wanted = [test for bug in self._bugs for test in bug["tests"]]
        wanted += [test for test in self.noticed.values() if test]
        files = sorted({test.partition("::")[0] for test in wanted})
        _pytest([*IN_ORDER, *UNCOLLECTED, *files], [self._recorder, self], io.StringIO())
        return {
            "noticed": self.noticed,
            "imports": self.imports,
            "unreliable": self.unreliable,
        }

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        forkable = threads() == 1
        for bug in self._bugs:
            if bug["swap"]:
                told = _apart(partial(self._meet, session, bug)) if forkable else {}
                if "failed" in told:
                    self.noticed[bug["name"]] = next(iter(told["failed"]), "")
                else:
                    self.imports.append(bug["name"])
        if killers := sorted({killer for killer in self.noticed.values() if killer}):
            told = _apart(partial(self._do, session, killers))
            self.unreliable.extend(killers if told.get("broken") else told["failed"])
        return True

    def _meet(self, session: pytest.Session, bug: dict[str, Any]) -> dict[str, Any]:
        for file, text in bug["files"].items():
            path = Path.cwd() / file
            if not swap(path, path.read_text(encoding="utf-8"), text):
                return {}
        return self._do(session, bug["tests"], first_failure=True)

    def _do(
        self, session: pytest.Session, tests: Sequence[str], *, first_failure: bool = False
    ) -> dict[str, Any]:
        self._recorder.choose(session.items, tests)
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if first_failure and self._recorder.failed:
                break
        return {"failed": self._recorder.failed}


@contextlib.contextmanager
def _installed(files: dict[str, str], number: int) -> Iterator[None]:
    """Write a bug's files for a while. Each text gets a time of its own, so that what was compiled
    of another is not taken for it."""
    before: dict[Path, tuple[bytes, os.stat_result]] = {}
    try:
        for file, text in files.items():
            path = Path.cwd() / file
            before[path] = path.read_bytes(), path.stat()
            path.write_text(text, encoding="utf-8")
            os.utime(path, (number * 1_000, number * 1_000))
        yield
    finally:
        for path, (content, status) in before.items():
            path.write_bytes(content)
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _disordered(run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    told = _apart(run)
    fails = told["failed"] or told["broken"]
    return {"disordered": told, "ordered": _apart(lambda: _run(IN_ORDER)) if fails else None}


def _run(
    options: Sequence[str],
    *,
    only: Sequence[str] = (),
    backwards: bool = False,
    named: Sequence[str] = (),
    plugins: Sequence[object] = (),
) -> dict[str, Any]:
    """Run plain pytest once in this process: outcomes, what is left behind, what was used."""
    recorder = Recorder(Path.cwd(), only, backwards=backwards, named=named)
    watch = Watch(lambda: recorder.current)
    told = io.StringIO()
    files = sorted({test.partition("::")[0] for test in only})
    try:
        status: int = _pytest([*options, *files], [recorder, *plugins], told)
    except pytest.PytestWarning as warning:  # at its very end, where warnings are errors
        status = pytest.ExitCode.TESTS_FAILED
        recorder.leaks.append(str(warning).splitlines()[0][:200])
    fine = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
    if status not in fine and not recorder.broken:
        recorder.broken.append(error_line(told.getvalue()) or f"pytest ends with status {status}")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gc.collect()
    texts = [str(each.message) for each in caught]
    return {
        "collected": recorder.collected,
        "passed": recorder.passed,
        "failed": recorder.failed,
        "broken": recorder.broken,
        "seconds": recorder.seconds,
        "leaks": recorder.leaks + [text[:200] for text in texts if LEAKS.search(text)],
        "open": watch.open,
        "overrides": overrides(Path.cwd()),
        "new_files": watch.new_files(),
        "databases": sorted(watch.databases),
        "places": sorted(watch.places),
        "hosts": watch.hosts,
        "slept": watch.slept,
    }


def _pytest(arguments: Sequence[str], plugins: Sequence[object], told: io.StringIO) -> int:
    with contextlib.redirect_stderr(told):
        return int(pytest.main([*QUIET, *arguments], plugins=list(plugins)))


def _prepare(cache: str) -> None:
    """Be where plain `pytest` is: nothing but its own settings says where modules are found."""
    here = {str(Path.cwd()), ""}
    sys.path[:] = [path for path in sys.path if path not in here]
    sys.pycache_prefix = cache
    sys.dont_write_bytecode = False
    import pytest_asyncio  # noqa: F401 - forks need not import it again

    remember_plugins()
    gc.collect()
    gc.freeze()  # pytest collects garbage at each end: of its own run, then, and not of libraries


def _apart(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `work` answers in a fork of this process; a broken run where that ends early."""
    read, write = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        try:
            answer = json.dumps(work()).encode()
        except BaseException as error:
            answer = json.dumps(_broken(f"{type(error).__name__}: {error}")).encode()
        with os.fdopen(write, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(pid, 0)
    if not data:
        code = os.waitstatus_to_exitcode(status)
        return _broken(f"the Python process ended with status {code} while the tests ran")
    told: dict[str, Any] = json.loads(data)
    return told


def _broken(text: str) -> dict[str, Any]:
    return {"passed": [], "failed": {}, "broken": [text[:300]]}
