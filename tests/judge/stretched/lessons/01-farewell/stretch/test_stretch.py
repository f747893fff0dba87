"""What goes beyond the sample lesson, from the source alone."""

from checker.judge import check, expect, tried


@check(
    title="There is a wave",
    why="A hand says more than a word.",
    read="Stretch: wave",
    stretch=True,
)
def test_wave(source):
    text = source.module("app/farewell.py").text
    tried("wave" in text)
    expect("both hands" in text, seen="It waves with one hand.", wanted="Both hands.")
