"""Evidence of where the submission defines what can be imported from it."""

import ast
import difflib
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from checker.judge.evidence.context import Grading
from checker.judge.evidence.probe import Probe
from checker.judge.evidence.project import Project
from checker.judge.evidence.source import Definition, Function, Module, Source
from checker.judge.unmet import Unmet
from checker.judge.witness import told
from checker.subject import origins

PROBES = Path(origins.__file__)


class _Place(BaseModel):
    name: str
    file: str
    line: int


class _Origin(BaseModel):
    """What `checker.subject.origins` claims."""

    places: list[_Place] | None
    module: str
    missing: str
    offers: list[str]


class Definitions:
    """Say where `app.models.Book` is defined, in whatever file and under whatever name.

    The code itself is asked, once in a grading for each name. What it claims counts only where the
    source bears it out: the file is one of the project's, and such a class or function is in it.
    """

    def __init__(self, source: Source, probe: Probe) -> None:
        self._source = source
        self._probe = probe

    @told
    def __call__(self, name: str) -> Definition:
        """Raises Unmet where the code does not import or has nothing of that name."""
        module, _, last = name.rpartition(".")
        said = self._probe.shared("origin", doing=f"importing {module}", name=name)
        try:
            origin = _Origin.model_validate(said)
        except ValidationError:
            raise Unmet(
                f"{name} does not say where it is defined.", f"{last} in {module}."
            ) from None
        if origin.places is None:
            raise Unmet(
                f"There is no {origin.module}.{origin.missing}{typing_error(origin)}.",
                f"from {module} import {last}",
            )
        lineage = tuple(found for place in origin.places if (found := self._at(place)))
        first = lineage[0] if lineage and lineage[0].name == origin.places[0].name else None
        found = first or self._source.definition(name)  # made by a call, or a value
        if found is None:
            raise Unmet(
                f"{name} is defined in no file of the project.",
                f"class {last}, or def {last}, in one of them.",
            )
        is_class = not isinstance(found.node, Function)
        return replace(found, lineage=lineage if is_class else ())

    def _at(self, place: _Place) -> Definition | None:
        """The definition claimed; None where the file has none such."""
        if place.file not in self._source.files("**/*.py"):
            return None
        module = self._source.module(place.file)
        return Definition(place.name, module, node) if (node := _node(module, place)) else None


def typing_error(origin: _Origin) -> str:
    """The name that is there in its place, most likely, to end a sentence with."""
    near = difflib.get_close_matches(origin.missing, origin.offers, n=1)
    return f", but there is {near[0]}: a typing error?" if near else ""


def _node(module: Module, place: _Place) -> ast.stmt | None:
    """The class or function of that name, the one at that line where there are several."""
    last = place.name.rpartition(".")[2]
    found = [
        node
        for node in module.walk()
        if isinstance(node, ast.ClassDef | Function) and node.name == last
    ]
    here = [node for node in found if _begins(node) <= place.line <= (node.end_lineno or 0)]
    return next(iter(here or found), None)


def _begins(node: ast.ClassDef | Function) -> int:
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


@pytest.fixture
def definitions(grading: Grading, source: Source, project: Project) -> Definitions:
    """Says where the submission defines what can be imported: `definitions("app.models.Book")`."""
    return Definitions(source, Probe(project, PROBES, grading.memory))
