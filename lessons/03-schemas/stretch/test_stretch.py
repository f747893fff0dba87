"""Titles that look the same are the same."""

import json
import unicodedata

from checker.judge import check, expect, tried
from checker.judge.evidence import Probe

MARKS = "\u0300\u0301\u0302\u0308"
WANTED = 'BeforeValidator, with unicodedata.normalize("NFC", …), beside StringConstraints in Title.'


@check(
    title="A title comes in one spelling, however a keyboard writes its accents",
    why="Two posts with the same title on the screen are one title too many, and no search by one"
    " finds the other.",
    read="Stretch: one spelling",
    stretch=True,
)
def test_one_spelling(probe: Probe, rng):
    def decomposed(length: int) -> str:
        return "".join(rng.choice("aeiou") + rng.choice(MARKS) for _ in range(length))

    short, longest = decomposed(9), decomposed(200)
    cases = {
        f"{short} {rng.randrange(999)}": "A title with accents apart from their letters",
        f"  {decomposed(7)}  ": "Such a title between blanks",
        longest: "A title of 200 letters, their accents apart,",
    }
    titles = list(cases)
    new = {"content": "Text", "user_id": 7}
    tables = [
        ("PostCreate", [json.dumps({"title": title, **new}) for title in titles]),
        ("PostUpdate", [json.dumps({"title": title}) for title in titles]),
    ]
    answers = probe("judge", doing="judging titles", tables=tables, changes=False)
    found = [
        (schema, title, answer.get("accepted", {}).get("title"))
        for (schema, _), given in zip(tables, answers, strict=True)
        for title, answer in zip(titles, given, strict=True)
    ]
    tried(any(got == _composed(title) for _, title, got in found))
    for schema, title, got in found:
        expect(
            got is not None,
            seen=f"{cases[title]} is refused by {schema}.",
            wanted=f"200 characters as they are stored: the form first, then the length. {WANTED}",
        )
        expect(
            got == _composed(title),
            seen=f"{cases[title]} comes out of {schema} as {got!a}.",
            wanted=f"{_composed(title)!a}. {WANTED}",
        )


def _composed(title: str) -> str:
    return unicodedata.normalize("NFC", title.strip())
