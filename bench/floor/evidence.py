"""Evidence as the floor gives it: what `checker.judge.evidence` offers, in the very same process.

Checks ask for it by the same names and use it in the same way. Whatever does not pass raises.
"""

import contextlib
import inspect
import random
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from typing import Any

from bench.floor.http import Http
from bench.floor.place import Case, Memory, Place
from bench.floor.project import Command, Probe, Project
from checker.judge.evidence import Source, SqliteDatabase
from kit import PostsApi


class Evidence:
    """All that one check may ask for, each made when it is first asked for.
    A fixture of the check's own module comes before ours.
    """

    def __init__(self, place: Place, case: Case, memory: Memory, stack: ExitStack) -> None:
        self._place = place
        self._case = case
        self._memory = memory
        self._stack = stack
        self._made: dict[str, Any] = {}

    def call(self, function: Callable[..., Any]) -> Any:
        """Call a check or a fixture with what its parameters name."""
        return function(
            **{name: self._get(name) for name in inspect.signature(function).parameters}
        )

    def _get(self, name: str) -> Any:
        if name not in self._made:
            fixture: Any = getattr(self._case.module, name, None)
            own = type(fixture).__name__ == "FixtureFunctionDefinition"
            self._made[name] = self._of(inspect.unwrap(fixture)) if own else getattr(self, name)
        return self._made[name]

    def _of(self, fixture: Callable[..., Any]) -> Any:
        if not inspect.isgeneratorfunction(fixture):
            return self.call(fixture)
        return self._stack.enter_context(contextlib.contextmanager(self.call)(fixture))

    @cached_property
    def source(self) -> Source:
        return Source(self._place.root)

    @cached_property
    def project(self) -> Project:
        return Project(self._place, self._case)

    @cached_property
    def database(self) -> SqliteDatabase:
        self._place.database.file.unlink(missing_ok=True)
        return self._place.database

    @cached_property
    def sqlite(self) -> SqliteDatabase:
        database = SqliteDatabase(self.project.beside / "check.db")
        self.project.env["DATABASE_URL"] = database.url
        return database

    @cached_property
    def migrated(self) -> SqliteDatabase:
        """A migrated database: the first one is migrated, the others are copies of it."""
        template = self._place.folder / "migrated.template"
        if template.exists():
            shutil.copyfile(template, self._place.database.file)
            return self._place.database
        database = self.database
        self.command.must("alembic", "upgrade", "head")
        shutil.copyfile(database.file, template)
        return database

    @cached_property
    def probe(self) -> Probe:
        assert self._case.probes is not None
        return Probe(self.project, self._case.probes, self._memory)

    @cached_property
    def command(self) -> Command:
        return Command(self.project)

    @cached_property
    def http(self) -> Http:
        return Http(self.project, self._case.probes, self._stack)

    @cached_property
    def api(self) -> PostsApi:
        return PostsApi(self._get("http"), self._get("migrated"), self._get("rng"), self._memory)

    @cached_property
    def rng(self) -> random.Random:
        return random.Random(f"{self._place.seed}:{self._case.function.__name__}")
