"""The repositories as mypy sees them."""

import re

from checker.judge import check, expect
from checker.judge.evidence import Command, Location, Project

CALLER = "app/checked.py"
"""A module that the check puts into its copy: it uses the repositories as services do."""


@check(
    title="mypy --strict finds nothing in repositories and pagination, and knows what get gives",
    items=["principle.type-hints", "dont.no-type-hints"],
    why="A misspelt method or a forgotten None is found while you type, and not by a customer.",
    read="Types",
    errata=["E04"],
)
def test_typed(command: Command, project: Project):
    project.write(
        CALLER,
        "from sqlalchemy.ext.asyncio import AsyncSession\n\n"
        "from app.repositories import PostRepository, UserRepository\n\n\n"
        "async def use(session: AsyncSession) -> None:\n"
        "    reveal_type(await PostRepository(session).get(1))\n"
        "    reveal_type(await UserRepository(session).get(1))\n"
        '    reveal_type(await PostRepository(session).exists_by_title("title"))\n'
        '    reveal_type(await UserRepository(session).get_by_email("ada@example.com"))\n',
    )
    outcome = command(
        "mypy",
        "--strict",
        "--follow-imports=skip",  # the libraries' own types take ten seconds to read
        *("--allow-subclassing-any", "--allow-untyped-decorators", "--no-warn-return-any"),
        *("--no-warn-unused-ignores", "--no-error-summary", "--hide-error-context"),
        *("--cache-dir", str(project.beside / "mypy")),
        "app",
        deadline=120,
    )
    errors = re.findall(
        r"^(app/(?:repositories|utils)(?:/\S+|\.py)):(\d+): error: (.+)$",
        outcome.output,
        re.MULTILINE,
    )
    errors = [each for each in errors if "__init_subclass__" not in each[2]]  # skipped imports
    file, line, said = errors[0] if errors else ("", "0", "")
    expect(
        not errors,
        seen=f"mypy --strict: {said}",
        wanted="Every parameter and result annotated, and only methods that exist.",
        at=Location(file=file, line=int(line)) if errors else None,
        errata=("E04",) if "has no attribute" in said else (),
    )
    told = re.findall(rf"^{CALLER}:(\d+): (?:error|note): (.+)$", outcome.output, re.MULTILINE)
    for line, called, kind in (
        ("7", "PostRepository(session).get(1)", r"app\.models\S*\.Post \| None"),
        ("8", "UserRepository(session).get(1)", r"app\.models\S*\.User \| None"),
        ("9", 'PostRepository(session).exists_by_title("title")', r"(builtins\.)?bool"),
        ("10", "UserRepository(session).get_by_email(…)", r"app\.models\S*\.User \| None"),
    ):
        said = next((said for at, said in told if at == line), "nothing")
        expect(
            re.search(rf'Revealed type is "{kind}"', said) is not None,
            seen=f"mypy says of await {called}: {said}",
            wanted="The model's own type or None, which a generic base knows from `class"
            " PostRepository(BaseRepository[Post])`, and a bool for a question.",
            errata=("E04",) if "has no attribute" in said else (),
        )
