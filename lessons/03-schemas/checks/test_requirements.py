"""What the schemas need to be installed."""

from checker.judge import check, expect
from checker.judge.evidence import Source, requirements


@check(
    title="requirements.txt asks for pydantic[email]",
    items=["model.schema"],
    why="Without the extra, the first schema with an address fails to import on the next machine.",
    read="What you build, and why",
)
def test_requirements(source: Source):
    found = requirements(source)
    wanted = found.get("pydantic")
    expect(
        "email-validator" in found or (wanted is not None and "email" in wanted.extras),
        seen=f"requirements.txt lists {', '.join(map(str, found.values())) or 'nothing'}.",
        wanted="The line pydantic[email]>=2.14, or one for email-validator.",
    )
