"""Words are counted."""

from checker.judge import check, expect


@check(
    title="Each word is counted, whatever its case",
    items=["rule.count"],
    why="Rose and rose are one word.",
    read="Words",
)
def test_words(probe, sentence):
    text, wanted = sentence
    found = probe("count", text=text)
    expect(found == wanted, seen=f"count({text!r}) gives {found}.", wanted=f"{wanted}.")
