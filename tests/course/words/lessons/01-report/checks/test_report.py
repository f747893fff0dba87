"""Words are reported."""

from checker.judge import check, expect


@check(
    title="The most frequent word is first",
    items=["rule.report"],
    why="A reader looks at the first line.",
    read="The most frequent first",
    errata=["E01"],
)
def test_frequent(probe, sentence):
    _, wanted = sentence
    found = probe("report")
    expect(
        found == [*wanted],
        seen=f"The words come as {found}.",
        wanted=f"{[*wanted]}, the most frequent first.",
    )
