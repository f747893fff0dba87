"""What a notebook begins with: a project to look at, its databases, and the statements it sends.

    view = look.open("05-services")
    engine, sessions = await view.database()
    statements = view.statements(engine)

Every cell may run twice: a view that is opened takes the place of the one before, a database is new
each time, and a listener is added once.
"""

import importlib
import os
import shutil
import sys
import tempfile
import weakref
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.curriculum import Lesson, load_curriculum
from checker.curriculum.composition import solved, write

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

_engines: "weakref.WeakSet[AsyncEngine]" = weakref.WeakSet()
"""Those that are still to be disposed of, by whichever view they were opened."""

_LEFT_OUT = (".checker", ".venv", "venv", ".git", "__pycache__", "*.db")


def open(lesson: str, *, mine: bool = False) -> "View":  # noqa: A001 - read as look.open
    """Make the reference of a lesson, or with `mine` a copy of your own project, importable.

    What was imported of another is forgotten. Raises UserError where there is no such lesson or no
    project.
    """
    if View.current is not None:
        View.current.restore()
    View.current = View(load_curriculum().lesson(lesson), mine=mine)
    return View.current


class View:
    """A project in a folder of its own, which is the working folder until the view is closed."""

    current: "View | None" = None

    def __init__(self, lesson: Lesson, *, mine: bool) -> None:
        self.lesson = lesson
        self.mine = own_project(lesson)
        self._folder = tempfile.TemporaryDirectory(prefix="posts-look-")
        self.project = Path(self._folder.name).resolve() / "project"
        self._databases = 0
        self._statements: weakref.WeakKeyDictionary[Any, Statements] = weakref.WeakKeyDictionary()
        self._before = Path.cwd(), dict(os.environ), list(sys.path)
        if mine and self.mine:
            shutil.copytree(self.mine, self.project, ignore=shutil.ignore_patterns(*_LEFT_OUT))
        else:
            write(solved(load_curriculum(), lesson), self.project)
        os.chdir(self.project)
        sys.path.insert(0, str(self.project))
        self._forget()
        self.file = self._new_file()

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

    async def close(self) -> None:
        """Dispose of the engines, and leave everything as it was before."""
        await self._dispose()
        self.restore()

    def restore(self) -> None:
        """Working folder, environment and import path as they were; the folder is gone."""
        folder, environment, path = self._before
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.path[:] = path
        self._forget()
        self._folder.cleanup()
        View.current = None

    def grade(self) -> None:
        """Grade your own project, or the reference while you have none, and print the report."""
        from rich.console import Console

        from checker.judge import Grader
        from checker.report.terminal import render

        with tempfile.TemporaryDirectory(prefix="posts-look-") as folder, Grader(self.lesson) as to:
            reference = Path(folder) / "project"
            if not self.mine:
                write(solved(load_curriculum(), self.lesson), reference)
            report = to.grade(self.mine or reference)
        plain: dict[str, Any] = dict.fromkeys(("markup", "emoji", "highlight"), False)
        render(report, self.lesson, Console(width=80, force_jupyter=False, **plain))

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


class Statements(list[str]):
    """The statements that an engine has sent since it was cleared, each on one line."""

    def __init__(self, engine: "AsyncEngine", transactions: bool) -> None:
        from sqlalchemy import event

        super().__init__()
        for name in ("commit", "rollback") if transactions else ():
            event.listen(engine.sync_engine, name, partial(self._note, name.upper()))

        @event.listens_for(engine.sync_engine, "before_cursor_execute")
        def collect(_: Any, __: Any, statement: str, *___: Any) -> None:
            self.append(" ".join(statement.split()))

    def _note(self, word: str, _: Any) -> None:
        self.append(word)

    def show(self, width: int = 400) -> None:
        """Print them with numbers, and begin anew."""
        for number, statement in enumerate(self, 1):
            print(f"{number}. {statement[:width]}")
        self.clear()


def own_project(lesson: Lesson) -> Path | None:
    """Your own project, as it is found from here; None where there is none."""
    from checker.workspace import find, is_workspace

    root = find(lesson.course)
    return root if is_workspace(root) else None
