"""A project to look at, in a folder of its own.

Every cell may run twice, in any order, and after all have run: the same reference is opened once,
a database is new each time, a listener is added once, and what is open ends with the kernel.
"""

import atexit
import importlib
import os
import shutil
import sys
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.curriculum import Lesson, load_curriculum
from checker.curriculum.composition import solved, write
from kit.look.statements import Statements

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

_engines: "weakref.WeakSet[AsyncEngine]" = weakref.WeakSet()
"""Those that are still to be disposed of, by whichever view they were opened."""

_LEFT_OUT = (".checker", ".venv", "venv", ".git", "__pycache__", "*.db")


def open(lesson: str, *, mine: bool = False) -> "View":  # noqa: A001 - read as look.open
    """Make the reference of a lesson, or with `mine` a copy of your own project, importable.

    A reference that is open already stays; your own project is copied anew, and what was imported
    of another view is forgotten. Raises UserError where there is no such lesson or no project.
    """
    found = load_curriculum().lesson(lesson)
    current = View.current
    if current is not None:
        if not mine and (current.lesson.id, current.mine) == (found.id, False):
            return current
        current.close()
    View.current = View(found, mine=mine)
    return View.current


class View:
    """A project in a folder of its own, which is the working folder until the kernel ends."""

    current: "View | None" = None

    def __init__(self, lesson: Lesson, *, mine: bool) -> None:
        self.lesson = lesson
        self.mine = mine
        self.ending = ExitStack()
        """What is closed when the view is: servers, processes."""
        self._own = own_project(lesson)
        self._serving: tuple[httpx.AsyncClient, Any] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="posts-look-")
        self.project = Path(self._folder.name).resolve() / "project"
        self._databases = 0
        self._statements: weakref.WeakKeyDictionary[Any, Statements] = weakref.WeakKeyDictionary()
        self._before = Path.cwd(), dict(os.environ), list(sys.path), sys.dont_write_bytecode
        if mine and self._own:
            shutil.copytree(self._own, self.project, ignore=shutil.ignore_patterns(*_LEFT_OUT))
        else:
            write(solved(load_curriculum(), lesson), self.project)
        os.chdir(self.project)
        sys.path.insert(0, str(self.project))
        # A file that is written twice in a second would be taken for what was compiled of it first.
        sys.dont_write_bytecode = True
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        self._forget()
        self.file = self._new_file()
        atexit.register(self.close)

    def _new_file(self) -> Path:
        """An empty database, which the project's settings then name."""
        self._databases += 1
        self.file = self.project / f"look-{self._databases}.db"
        os.environ["DATABASE_URL"] = f"sqlite+aiosqlite:///{self.file}"
        config = sys.modules.get(f"{self.lesson.course.marker}.config")
        if clear := getattr(getattr(config, "get_settings", None), "cache_clear", None):
            clear()
        return self.file

    async def database(self) -> "tuple[AsyncEngine, async_sessionmaker[AsyncSession]]":
        """A new database with the models' tables, `self.file`: its engine and its sessions."""
        await self._dispose()
        self._new_file()
        engine, sessions = self._connected()
        _engines.add(engine)
        models = importlib.import_module("app.models")
        async with engine.begin() as connection:
            await connection.run_sync(models.Base.metadata.create_all)
        return engine, sessions

    def statements(self, engine: "AsyncEngine", *, transactions: bool = False) -> "Statements":
        """What is sent to the database from now on, as a list that grows.

        With `transactions`, COMMIT and ROLLBACK stand among the statements.
        """
        if engine.sync_engine not in self._statements:
            self._statements[engine.sync_engine] = Statements(engine, transactions)
        found = self._statements[engine.sync_engine]
        found.clear()
        return found

    async def serve(self, app: "FastAPI") -> "httpx.AsyncClient":
        """A client of an app whose lifespan has begun; that of the app before has ended."""
        import httpx

        if self._serving:
            client, lifespan = self._serving
            self._serving = None
            await client.aclose()
            await lifespan.__aexit__(None, None, None)
        lifespan = app.router.lifespan_context(app)
        await lifespan.__aenter__()
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://posts")
        self._serving = client, lifespan
        return client

    def close(self) -> None:
        """Working folder, environment and import path as they were; the folder is gone."""
        atexit.unregister(self.close)
        self.ending.close()
        folder, environment, path, sys.dont_write_bytecode = self._before
        os.chdir(folder)
        _set_environment(environment)
        sys.path[:] = path
        self._forget()
        self._folder.cleanup()
        View.current = None

    def grade(self) -> None:
        """Grade your own project, or the reference while you have none, and print the report."""
        from rich.console import Console

        from checker.judge import Grader
        from checker.report.terminal import render

        with (
            self._outside(),
            tempfile.TemporaryDirectory(prefix="posts-look-") as folder,
            Grader(self.lesson) as grader,
        ):
            reference = Path(folder) / "project"
            if not self._own:
                write(solved(load_curriculum(), self.lesson), reference)
            report = grader.grade(self._own or reference)
        plain: dict[str, Any] = dict.fromkeys(("markup", "emoji", "highlight"), False)
        render(report, self.lesson, Console(width=80, force_jupyter=False, **plain))

    @contextmanager
    def _outside(self) -> Iterator[None]:
        """The working folder and the environment of before, for a while."""
        within = Path.cwd(), dict(os.environ)
        folder, environment, *_ = self._before
        try:
            os.chdir(folder)
            _set_environment(environment)
            yield
        finally:
            os.chdir(within[0])
            _set_environment(within[1])

    def _connected(self) -> "tuple[AsyncEngine, async_sessionmaker[AsyncSession]]":
        """As the project connects, from the lesson on that writes how."""
        if (self.project / "app/database.py").exists():
            config = importlib.import_module("app.config")
            database = importlib.import_module("app.database")
            engine = database.create_engine(config.get_settings())
            return engine, database.create_session_factory(engine)
        from sqlalchemy import event
        from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

        engine = create_async_engine(os.environ["DATABASE_URL"])

        @event.listens_for(engine.sync_engine, "connect")
        def enforce_foreign_keys(connection: Any, _: Any) -> None:
            connection.execute("PRAGMA foreign_keys = ON")

        return engine, async_sessionmaker(engine, expire_on_commit=False)

    async def _dispose(self) -> None:
        for engine in list(_engines):
            await engine.dispose()
        _engines.clear()

    def _forget(self) -> None:
        """Forget what was imported of a project."""
        marker = self.lesson.course.marker
        for name in [name for name in sys.modules if name.partition(".")[0] == marker]:
            del sys.modules[name]


def _set_environment(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


def own_project(lesson: Lesson) -> Path | None:
    """Your own project, as it is found from here; None where there is none."""
    from checker.workspace import find, is_workspace

    root = find(lesson.course)
    return root if is_workspace(root) else None
