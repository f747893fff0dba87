"""Evidence from a lesson's `probes.py`, run beside the learner's code."""

from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checker.judge.claim import claimed
from checker.judge.evidence.context import Grading, probes_for
from checker.judge.evidence.project import Project, value_of
from checker.judge.unmet import Unmet
from checker.judge.witness import told
from checker.subject import Answer, Value

Memory = dict[str, Any | Unmet]


class Probe:
    """Call a function of the lesson's `probes.py` in a process of its own: `probe("name", key=1)`.

    Where the lesson names an image, its module may have been imported there already; a probe that
    looks at an import itself is asked `afresh`. Arguments and answer are JSON. `doing` says in
    words what the learner's code is asked to do.
    """

    def __init__(self, project: Project, file: Path, memory: Memory) -> None:
        self._project = project
        self._file = file
        self._memory = memory

    @told
    def __call__(self, name: str, /, *, doing: str = "", expects: Any = None, **args: Any) -> Any:
        """The probe's answer as a claim. Raises Unmet where the learner's code raised, ended or
        hung, and where the answer is not of the type that is expected: `expects=dict[str, str]`."""
        return self._claimed(self._ask(name, args, afresh=False), name, doing, expects)

    @told
    def answer(self, name: str, /, **args: Any) -> Answer:
        """The raw answer, for a check that expects an exception."""
        answer = self._ask(name, args, afresh=False)
        if isinstance(answer, Value):
            return replace(answer, value=self._claimed(answer, name, "", None))
        return answer

    @told
    def afresh(self, name: str, /, *, doing: str = "", expects: Any = None, **args: Any) -> Any:
        """Like calling it, in a process that has imported nothing of the project."""
        return self._claimed(self._ask(name, args, afresh=True), name, doing, expects)

    @staticmethod
    def _claimed(answer: Answer, name: str, doing: str, expects: Any) -> Any:
        said = doing or f"running {name.replace('_', ' ')}"
        return claimed(value_of(answer, said), said, expects)

    def _ask(self, name: str, args: dict[str, Any], *, afresh: bool) -> Answer:
        project = self._project
        answer = project.subject.probe(
            self._file,
            name,
            args,
            root=project.root,
            env=project.env,
            deadline=project.deadline,
            image=None if afresh else project.image,
        )
        project.output, project.request = (lambda: answer.printed), None
        return answer

    @told
    def shared(self, name: str, /, *, doing: str = "", expects: Any = None, **args: Any) -> Any:
        """Like calling it, but asked once for all checks of this grading: for plain observations
        that change nothing. A failure is shared too."""
        key = f"{self._file}:{name}:{sorted(args.items())!r}"
        if key not in self._memory:
            try:
                self._memory[key] = self(name, doing=doing, expects=expects, **args)
            except Unmet as unmet:
                self._memory[key] = unmet
        found = self._memory[key]
        if isinstance(found, Unmet):
            raise copy(found)
        return found


@pytest.fixture
def probe(request: pytest.FixtureRequest, grading: Grading, project: Project) -> Probe:
    """Calls functions of the lesson's `probes.py` beside the learner's code."""
    return Probe(project, probes_for(request.path), grading.memory)
