"""Evidence from a command run in the project, such as alembic's."""

import re
from dataclasses import dataclass

import pytest

from checker.judge.evidence.project import Project, shorten, value_of
from checker.judge.unmet import Unmet
from checker.judge.witness import witnessed
from checker.subject import Died

_STATEMENT = re.compile(r"^\[SQL:.*?\]$", re.MULTILINE | re.DOTALL)
_SQLALCHEMYS_EXTRAS = ("[SQL:", "[parameters:", "[SQL parameters", "(Background on this error")
"""What follows the line with the error. A statement may stand on several lines."""


@dataclass(frozen=True)
class CommandResult:
    """How a command ended. `output` is the end of what it printed, both streams together."""

    argv: tuple[str, ...]
    status: int
    output: str

    @property
    def last_line(self) -> str:
        """The last line printed, in which Python tools name their error."""
        lines = [
            line
            for line in _STATEMENT.sub("", self.output).splitlines()
            if line.strip() and not line.startswith(_SQLALCHEMYS_EXTRAS)
        ]
        return shorten(lines[-1], 400) if lines else "(nothing was printed)"


class Command:
    """Run a Python command as `python -m NAME …` in the project: `command("alembic", "check")`."""

    def __init__(self, project: Project) -> None:
        self._project = project

    @witnessed
    def __call__(self, *argv: str, deadline: float | None = None) -> CommandResult:
        """The command's result, whatever its status. Raises Unmet where it hung or was killed."""
        project = self._project
        answer = project.subject.command(
            argv, root=project.root, env=project.env, deadline=deadline or project.deadline
        )
        project.output, project.request = (lambda: answer.printed), None
        if isinstance(answer, Died) and answer.status >= 0:  # mypy ends by os._exit
            status = answer.status
        else:
            status = value_of(answer, f"running {' '.join(argv)}")
        printed = answer.printed.replace(f"{project.root}/", "")
        return CommandResult(argv, status, printed)

    def must(
        self, *argv: str, wanted: str = "", why: str = "", deadline: float | None = None
    ) -> CommandResult:
        """Like calling it, but a status other than 0 fails the check."""
        result = self(*argv, deadline=deadline)
        if result.status != 0:
            raise Unmet(
                f"`{' '.join(argv)}` ended with status {result.status}: {result.last_line}",
                wanted or f"`{' '.join(argv)}` succeeds.",
                why=why,
            )
        return result


@pytest.fixture
def command(project: Project) -> Command:
    """Runs alembic and other commands in this check's copy."""
    return Command(project)
