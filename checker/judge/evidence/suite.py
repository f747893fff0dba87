"""Evidence about the learner's own tests: what they do on a service, and which bugs they notice.

Every run is asked for once in a grading, whichever worker asks first; the others wait for it.
"""

import ast
import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from checker.curriculum.bugs import FOLDERS, Bug, put_in, service, stays
from checker.judge.busy import busy
from checker.judge.evidence.context import Grading
from checker.judge.evidence.project import Project, value_of
from checker.judge.exposure import exposure
from checker.judge.unmet import Overdue, Unmet
from checker.judge.witness import told
from checker.report import Location
from checker.subject.suite import PROBES

Tree = Mapping[str, Path]
M = TypeVar("M", bound=BaseModel)

PATIENCE = 120.0
"""Seconds for one run of the suite, on a machine with nothing else to do; at most four times that
on a busy one. One of a hundred tests takes a few."""
LONG_PATIENCE = 300.0
"""Seconds for a hunt, in which many tests run many times."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Failure(_Data):
    """How a test failed, in pytest's own words."""

    error: str
    lines: tuple[str, ...] = ()
    file: str | None = None
    line: int | None = None

    @property
    def at(self) -> Location | None:
        return Location(file=self.file, line=self.line) if self.file and self.line else None

    @property
    def told(self) -> str:
        return "\n".join(self.lines) or self.error


class Run(_Data):
    """What one run of the suite was seen to do."""

    collected: tuple[str, ...] = ()
    passed: tuple[str, ...]
    failed: dict[str, Failure]
    broken: tuple[str, ...]
    """What pytest says of modules that it could not collect."""
    seconds: dict[str, float] = {}
    leaks: tuple[str, ...] = ()
    open: int = 0
    """Connections that were opened and not closed."""
    overrides: tuple[str, ...] = ()
    new_files: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """Files of databases outside of `tmp_path`, below the project's folder or `$TMPDIR`."""
    hosts: dict[str, str] = {}
    slept: dict[str, float] = {}

    @property
    def green(self) -> bool:
        return not self.failed and not self.broken


class Disordered(_Data):
    """A run in another order than the files', and one in theirs where a test failed in it."""

    disordered: Run
    ordered: Run | None

    @property
    def in_order(self) -> Run:
        return self.ordered or self.disordered


class Measured(_Data):
    """A run, and by file and line the tests that executed it."""

    run: Run
    lines: dict[str, dict[int, tuple[str, ...]]]


class Suite:
    """The learner's tests. `shared` is a folder that all workers of a grading have in common."""

    def __init__(self, project: Project, shared: Path) -> None:
        self._project = project
        self._shared = shared
        project.deadline = max(project.deadline, PATIENCE * busy(4.0))
        project.env.clear()  # as on a machine that has nothing but the repository

    @told
    def on_own(self) -> Disordered:
        """On the learner's own service, backwards. Raises Unmet."""
        found = self._once("own", lambda: self._ask("own", "running your tests"))
        return _valid(Disordered, found)

    @told
    def on_reference(self, tree: Tree) -> Measured:
        """On another service, in the order of the files. Raises Unmet."""

        def ask() -> Any:
            self._install({name: path.read_text("utf-8") for name, path in tree.items()})
            doing = "running your tests on the reference"
            return self._ask("measured", doing, folders=list(FOLDERS))

        return _valid(Measured, self._once(_key("reference", tree), ask))

    @told
    def on_rebuilt(self, tree: Tree, seed: int) -> Disordered:
        """On a service that does the same and whose every file reads otherwise, in the order of a
        seed. Raises Unmet."""

        def ask() -> Any:
            files = {name: path.read_text("utf-8") for name, path in tree.items()}
            code = service(tree)
            self._install({name: disguised(t) if name in code else t for name, t in files.items()})
            return self._ask("shuffled", "running your tests on a rebuilt service", seed=seed)

        return _valid(Disordered, self._once(_key("rebuilt", tree), ask))

    @told
    def survivors(self, tree: Tree, bugs: Sequence[Bug]) -> list[Bug]:
        """The bugs in the reference that no test notices. Raises Unmet."""
        measured = self.on_reference(tree)
        files = service(tree)
        asked = []
        for bug in bugs:
            new = put_in(bug, files)
            met = exposure(files, new, measured.lines)
            tests = _likely_first(bug, measured.run, met.tests, met.first)
            if tests:
                asked.append({"name": bug.name, "files": new, "tests": tests, "swap": met.within})

        def ask() -> Any:
            self._install({name: path.read_text("utf-8") for name, path in tree.items()})
            self._project.deadline = max(self._project.deadline, LONG_PATIENCE * busy(4.0))
            named = list(measured.run.collected)
            return self._ask("hunt", "running your tests on bugs", bugs=asked, named=named)

        names = ",".join(bug.name for bug in bugs)
        found = self._once(_key(f"hunt {names}", tree), ask) if asked else {}
        noticed = _valid_mapping(found)
        return [bug for bug in bugs if not noticed.get(bug.name)]

    def _ask(self, name: str, doing: str, **args: Any) -> Any:
        project = self._project
        project.remove(".env")
        answer = project.subject.probe(
            PROBES,
            name,
            {"cache": str(project.beside / "compiled"), **args},
            root=project.root,
            env=project.env,
            deadline=project.deadline,
        )
        return value_of(answer, doing)

    def _install(self, files: Mapping[str, str]) -> None:
        """Put a service in the place of the learner's own."""
        for folder in FOLDERS:
            shutil.rmtree(self._project.root / folder, ignore_errors=True)
        for name, text in files.items():
            if not stays(name):
                self._project.write(name, text)

    def _once(self, key: str, ask: Callable[[], Any]) -> Any:
        """What is answered to a question that others may have asked already. Raises Unmet."""
        self._shared.mkdir(exist_ok=True)
        path = self._shared / hashlib.sha256(key.encode()).hexdigest()[:16]
        with path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if not (told := file.read()):
                told = json.dumps(_told(ask))
                file.write(told)
        found = json.loads(told)
        if "value" in found:
            return found["value"]
        kind = Overdue if found["overdue"] else Unmet
        at = Location.model_validate(found["at"]) if found["at"] else None
        raise kind(found["seen"], found["wanted"], at, found["why"])


def disguised(text: str) -> str:
    """The same code in other words: no line, no function's bytecode and no comment is as it was."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            place = 1 if ast.get_docstring(node) is not None and len(node.body) > 1 else 0
            node.body.insert(place, ast.parse("_ = None").body[0])
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n\n# The same, in other words.\n"


def _likely_first(bug: Bug, run: Run, tests: frozenset[str], first: frozenset[str]) -> list[str]:
    """The tests that meet a bug and pass without it, those that will probably notice it first."""

    def distance(test: str) -> tuple[int, bool, float]:
        words = (place for place, word in enumerate(bug.near) if word in test.lower())
        return next(words, len(bug.near)), test not in first, run.seconds.get(test, 0.0)

    return sorted(tests.intersection(run.passed), key=distance)


def _key(name: str, tree: Tree) -> str:
    return f"{name}: {sorted((each, str(path)) for each, path in tree.items())}"


def _told(ask: Callable[[], Any]) -> dict[str, Any]:
    try:
        return {"value": ask()}
    except Unmet as unmet:
        return {
            "overdue": isinstance(unmet, Overdue),
            "seen": unmet.seen,
            "wanted": unmet.wanted,
            "at": unmet.at and unmet.at.model_dump(),
            "why": unmet.why,
        }


def _valid(model: type[M], told: Any) -> M:
    """What was told, in its shape. Raises Unmet where the tests have put something else there."""
    try:
        return model.model_validate(told)
    except ValidationError as error:
        raise _nonsense() from error


def _valid_mapping(told: Any) -> dict[str, str]:
    try:
        return TypeAdapter(dict[str, str]).validate_python(told)
    except ValidationError as error:
        raise _nonsense() from error


def _nonsense() -> Unmet:
    return Unmet(
        "What your tests did cannot be told: something in them answers in pytest's place.",
        "Tests that leave pytest alone.",
    )


@pytest.fixture
def suite(grading: Grading, project: Project) -> Suite:
    """The learner's own tests, run on services of the checker's choice."""
    return Suite(project, grading.shared / "suite")


@pytest.fixture
def remark(grading: Grading) -> Callable[..., None]:
    """Says something beside the outcome: `remark(note=…, survivors=…)`."""
    return grading.remark
