"""What a page may be, and what one holds."""

from checker.judge import check, expect
from checker.judge.evidence import Probe

LARGEST = 2**31 - 1


@check(
    title="No page is larger than 100, and none begins before the first row",
    items=["structure.utils-pagination"],
    why="One request for a million rows takes the memory of all the others.",
    read="Pages",
    errata=["E17"],
)
def test_bounds(probe: Probe):
    good = [[1, 0], [100, 0], [20, LARGEST], [7, 13]]
    bad = [[0, 0], [-1, 0], [101, 0], [10**6, 0], [20, -1], [20, LARGEST + 1]]
    found = probe("params", doing="making PageParams", expects=dict, cases=[*good, *bad])
    made = found["made"] if isinstance(found["made"], list) else []
    for given, name, kept in (
        ("", "default", [20, 0]),
        ("limit=7", "limit alone", [7, 0]),
        ("offset=7", "offset alone", [20, 7]),
    ):
        expect(
            found[name] == kept,
            seen=f"PageParams({given}) has limit and offset {found[name]}.",
            wanted=f"{kept}",
        )
    for (limit, offset), got in zip(good, made, strict=False):
        said = f"PageParams(limit={limit}, offset={offset})"
        expect(
            not isinstance(got, str),
            seen=f"{said} raises {got}.",
            wanted="It is within the bounds, which belong to what is allowed.",
        )
        expect(
            got == [limit, offset],
            seen=f"{said} keeps {got} as limit and offset.",
            wanted=f"{[limit, offset]}",
        )
    for (limit, offset), got in zip(bad, made[len(good) :], strict=False):
        said = f"PageParams(limit={limit}, offset={offset})"
        expect(
            isinstance(got, str),
            seen=f"{said} is accepted.",
            wanted="A ValueError: limit from 1 to 100, offset from 0 to 2,147,483,647.",
        )
        expect(
            got == "ValueError",
            seen=f"{said} raises {got}.",
            wanted="A ValueError, for which the caller can look.",
        )
    expect(
        len(made) == len(good) + len(bad),
        seen=f"Of {len(good) + len(bad)} PageParams the checker heard of {len(made)}.",
        wanted="PageParams(limit=…, offset=…)",
    )


@check(
    title="A Page keeps its items, the total and the params",
    items=["structure.utils-pagination"],
    why="Services fill it, and the API shows all three.",
    read="One place for queries",
)
def test_page(probe: Probe):
    found = probe("page", doing="making a Page of items, total and params", expects=dict)
    for name, kept in (("items", ["a", "b"]), ("total", 12), ("params", [2, 4])):
        expect(
            found[name] == kept,
            seen=f"Page(items=…, total=…, params=…).{name} is {found[name]}.",
            wanted=f"{kept}, which it was made of.",
        )
