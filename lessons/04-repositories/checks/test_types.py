"""The repositories as mypy sees them."""

import re

from checker.judge import check, expect
from checker.judge.evidence import Command, Location, Project, Source
from kit.library_types import STRICT, with_library_types

CALLER = "app/checked.py"
"""A module that the check puts into its copy: it uses the repositories as services do."""
LOOKS_AWAY = re.compile(r"#\s*(type:\s*ignore|mypy:)|\bno_type_check\b")
LOOKED_AT = ("app/repositories", "app/repositories.py", "app/utils", "app/utils.py")


@check(
    title="mypy --strict finds nothing in repositories and pagination, and knows what get gives",
    items=["principle.type-hints", "dont.no-type-hints"],
    why="A misspelt method or a forgotten None is found while you type, and not by a customer.",
    read="Types",
    errata=["E04"],
)
def test_typed(command: Command, project: Project, source: Source):
    for module in source.package("app.repositories") + source.package("app.utils"):
        for number, line in enumerate(module.text.splitlines(), start=1):
            expect(
                not LOOKS_AWAY.search(line),
                seen=f"{module.file} tells mypy to look away: {line.strip()}",
                wanted="Types that mypy finds nothing in, rather than a comment.",
                at=module.at(number),
            )
    project.write(
        CALLER,
        "from sqlalchemy.ext.asyncio import AsyncSession\n\n"
        "from app.models import Post\n"
        "from app.repositories import PostRepository, UserRepository\n"
        "from app.utils.pagination import PageParams\n\n\n"
        "async def use(session: AsyncSession) -> None:\n"
        "    reveal_type(await PostRepository(session).get(1))\n"
        "    reveal_type(await UserRepository(session).get(1))\n"
        '    reveal_type(await PostRepository(session).exists_by_title("title"))\n'
        '    reveal_type(await UserRepository(session).get_by_email("ada@example.com"))\n'
        "    reveal_type(await PostRepository(session).list(PageParams()))\n"
        "    reveal_type(await PostRepository(session).create(Post()))\n"
        "    reveal_type(await PostRepository(session).update(Post(), {}))\n"
        "    reveal_type(await PostRepository(session).count())\n"
        "    reveal_type(await PostRepository(session).exists())\n",
    )
    outcome = command(
        "mypy",
        *STRICT,
        *("--cache-dir", str(with_library_types(project.beside / "mypy"))),
        *(name for name in (*LOOKED_AT, CALLER) if (project.root / name).exists()),
        deadline=120,
    )
    errors = re.findall(
        r"^(app/(?:repositories|utils)(?:/\S+|\.py)):(\d+): error: (.+)$",
        outcome.output,
        re.MULTILINE,
    )
    errors.sort(key=lambda each: "[no-any-return]" in each[2])  # what follows from another error
    file, line, said = errors[0] if errors else ("", "0", "")
    expect(
        not errors,
        seen=f"mypy --strict: {said}",
        wanted="Sequence[Any] as the type of what is sorted by: neither an attribute of a model nor"
        " its desc() is a ColumnElement to mypy."
        if re.search(r"defined the type as .*ColumnElement", said)
        else "Every parameter and result annotated, what is returned as it is annotated, and only"
        " methods that exist: `mypy --strict app`.",
        at=Location(file=file, line=int(line)) if errors else None,
        errata=("E04",) if "has no attribute" in said else (),
    )
    told = re.findall(rf"^{CALLER}:(\d+): (?:error|note): (.+)$", outcome.output, re.MULTILINE)
    post, user = (rf"app\.models\S*\.{name}" for name in ("Post", "User"))
    for at, (called, kind) in enumerate(
        (
            ("PostRepository(session).get(1)", rf"{post} \| None"),
            ("UserRepository(session).get(1)", rf"{user} \| None"),
            ('PostRepository(session).exists_by_title("title")', r"(builtins\.)?bool"),
            ("UserRepository(session).get_by_email(…)", rf"{user} \| None"),
            ("PostRepository(session).list(PageParams())", rf"[\w.]+\[{post}(, \.\.\.)?\]"),
            ("PostRepository(session).create(post)", post),
            ("PostRepository(session).update(post, {})", post),
            ("PostRepository(session).count()", r"(builtins\.)?int"),
            ("PostRepository(session).exists()", r"(builtins\.)?bool"),
        ),
        start=9,
    ):
        line = str(at)
        said = next((said for at, said in told if at == line), "nothing")
        expect(
            re.search(rf'Revealed type is "{kind}"', said) is not None,
            seen=f"mypy says of await {called}: {said}",
            wanted="The model's own type or None, which a generic base knows from `class"
            " PostRepository(BaseRepository[Post])`, a bool for a question, an int for a count.",
            errata=("E04",) if "has no attribute" in said else (),
        )
