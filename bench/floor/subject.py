"""The subject on the floor: the check's own process does what it is asked."""

import asyncio
import importlib
import inspect
import json
import os
import runpy
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import platformdirs

from bench.floor.fork import Ended, in_fork
from checker.subject import Answer, Died, Raised, Subject, Value
from checker.subject.child import load
from checker.subject.image import settle
from checker.subject.isolation import Grants, Network
from checker.subject.printed import last_printed
from checker.subject.raised import describe

MOST_PRINTED = 64 * 1024


class InProcess(Subject):
    """Imports the learner's code here. What must find nothing of it imported is done in a fork,
    or, where it is an app to be served, once it has been forgotten."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._caches = platformdirs.user_cache_path().as_posix()
        """Where checks keep what is made once for a machine, such as what mypy knows of libraries:
        they look for it in this process, and the learner's code has another home."""
        self.grants = Grants(home, home, home, Network.SHARED)
        self._output = home / "output"
        self._imported: tuple[Path, dict[str, str]] | None = None
        """Where the modules are from that requests with an image may find, and their variables."""
        self._probes: dict[Path, ModuleType] = {}
        self.loop = asyncio.Runner()
        self._app: Any = None
        self._lifespan: Any = None
        self._state: dict[str, Any] = {}
        self._began = 0

    def begin(self, image: str | None, root: Path, env: Mapping[str, str]) -> None:
        """Be the process in which a grading's requests begin, with the image imported."""
        output = os.open(self._output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        self._enter(root, env)
        if image:
            settle(importlib.import_module(image))
            self._imported = root, dict(env)

    def probe(
        self,
        probes: Path,
        name: str,
        args: Mapping[str, Any],
        *,
        root: Path,
        env: Mapping[str, str],
        deadline: float,
        image: str | None = None,
    ) -> Answer:
        def work() -> Answer:
            return self._answer(root, lambda: _called(self._loaded(probes), name, args))

        if image:
            self._enter(root, env, image)
            return work()
        return self._in_fork(work, root, env)

    def command(
        self, argv: Sequence[str], *, root: Path, env: Mapping[str, str], deadline: float
    ) -> Answer:
        return self._in_fork(lambda: self._answer(root, lambda: _run_module(argv)), root, env)

    def serve(
        self,
        app: str,
        *,
        sockets: tuple[Path, Path],
        root: Path,
        env: Mapping[str, str],
        deadline: float,
        probes: Path | None = None,
        setup: str | None = None,
        args: Mapping[str, Any] | None = None,
        image: str | None = None,
    ) -> Answer:
        self._side = probes

        def start() -> int:
            if setup and probes:
                _called(self._loaded(probes), setup, args or {})
            module, _, attribute = app.partition(":")
            found = getattr(importlib.import_module(module), attribute)
            self._app = found() if inspect.isfunction(found) else found
            self._lifespan = self._app.router.lifespan_context(self._app)
            self._state = dict(self.loop.run(self._lifespan.__aenter__()) or {})
            return os.getpid()

        self._enter(root, env, image)
        self._began = self._printed()
        return self._answer(root, start)

    async def served(self, scope: Any, receive: Any, send: Any) -> None:
        """The app that is served; it prints what it raises, as a server does."""
        try:
            await self._app({**scope, "state": dict(self._state)}, receive, send)
        except Exception:
            traceback.print_exc()
            raise

    def call(self, side: Path, name: str, args: Mapping[str, Any], *, deadline: float) -> Answer:
        assert self._side is not None
        found = _function(self._loaded(self._side), name)(app=self._app, **args)
        value = self.loop.run(found) if inspect.iscoroutine(found) else found
        return Value(_plain(value))

    def output_of(self, pid: int) -> Path:
        return self._output

    def stop(self, pid: int, *, gently: bool = True) -> Answer:
        """Gently, the app's lifespan ends; else it ends with this process."""
        if gently:
            self.loop.run(self._lifespan.__aexit__(None, None, None))
        return Value(None, self._since(self._began))

    def close(self) -> None:
        """Nothing: what it has made is the grading's."""

    def _enter(self, root: Path, env: Mapping[str, str], image: str | None = None) -> None:
        """Take the variables and the folder. Modules of the project stay where they are of an image
        with just these."""
        if self._imported != (root, env) or not image:
            self._forget(root)
            self._imported = (root, dict(env)) if image else None
        os.environ.clear()
        os.environ.update(self.grants.environment(env), XDG_CACHE_HOME=self._caches)
        os.chdir(root)
        if sys.path[0] != str(root):
            sys.path.insert(0, str(root))

    @staticmethod
    def _forget(root: Path) -> None:
        beginning = f"{root}{os.sep}"
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None)).startswith(beginning):
                del sys.modules[name]
        importlib.invalidate_caches()

    def _loaded(self, probes: Path) -> ModuleType:
        if probes not in self._probes:
            self._probes[probes] = load(str(probes))
        return self._probes[probes]

    def _answer(self, root: Path, work: Callable[[], Any]) -> Answer:
        began = self._printed()
        try:
            value = _plain(work())
        except Exception as error:
            raised = describe(error, root)
            return Raised(raised.type, raised.message, raised.file, raised.line, self._since(began))
        return Value(value, self._since(began))

    def _in_fork(self, work: Callable[[], Answer], root: Path, env: Mapping[str, str]) -> Answer:
        def entered() -> Answer:
            self._enter(root, env)
            return work()

        began = self._printed()
        try:
            return in_fork(entered)
        except Ended as ended:  # mypy does, by os._exit
            return Died(ended.status, self._since(began))

    def _printed(self) -> int:
        """How many bytes have been printed until now."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        return self._output.stat().st_size

    def _since(self, began: int) -> str:
        self._printed()
        return last_printed(self._output, MOST_PRINTED, since=began)


def _called(probes: ModuleType, name: str, args: Mapping[str, Any]) -> Any:
    found = _function(probes, name)(**_plain(dict(args)))
    return asyncio.run(found) if inspect.iscoroutine(found) else found


def _function(probes: ModuleType, name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(probes, name)
    return found


def _plain(value: Any) -> Any:
    """What JSON makes of it, as between two processes."""
    return json.loads(json.dumps(value))


def _run_module(argv: Sequence[str]) -> int:
    """Run a module as `python -m` would. Gives back its exit status."""
    sys.argv = list(argv)
    try:
        runpy.run_module(argv[0], run_name="__main__", alter_sys=True)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except Exception:
        traceback.print_exc()
        return 1
    return 0
