"""Rows by their ids, in the order of the ids, by one statement."""

from checker.judge import check, expect, tried
from checker.judge.evidence import Database, Probe
from kit.rows import insert, post, user


@check(
    title="Many rows are read by their ids at once, in the order of the ids",
    why="A page of twenty search results is twenty statements, or in an order that nobody asked"
    " for.",
    read="Stretch: many at once",
    stretch=True,
)
def test_many(probe: Probe, migrated: Database, rng):
    ids = rng.sample(range(1000, 9000), 12)
    names = {id_: f"N{id_}" for id_ in ids}
    insert(migrated, "users", [user(id_, name) for id_, name in names.items()])
    insert(migrated, "posts", [post(id_, f"Title {id_}", id_) for id_ in ids])
    some, missing = rng.sample(ids, 5), [10_001, 10_002]
    backwards = [*sorted(ids, reverse=True)[:4], *sorted(ids)[:3]]
    asked = [some, [missing[0], *some[:2], missing[1], *some[2:]], backwards, missing, []]
    answers = probe("many", doing="calling get_many(ids)", asked=asked)
    tried(answers is not None)
    for place, answer in enumerate(answers):
        given = asked[place // 2]
        called = f"get_many({given}) of {answer['kind']}"
        wanted = [[id_, names[id_]] for id_ in given if id_ in names]
        got = answer["rows"]
        expect(
            sorted(map(str, got)) == sorted(map(str, wanted)),
            seen=f"{called} gives {_told(got)}; there are rows of {_told(wanted)}.",
            wanted="The row of each id that has one, and nothing for the others.",
        )
        expect(
            got == wanted,
            seen=f"{called} gives the rows in the order {_told(got)}.",
            wanted="The order of the ids: a dictionary of the rows by id, and then"
            " [rows[id_] for id_ in ids if id_ in rows].",
        )
        most = 1 if given else 0
        expect(
            answer["sent"] <= most,
            seen=f"{called} sends {answer['sent']} statements.",
            wanted=f"{most}: where(key.in_(ids)), on the query that every read begins with.",
        )


def _told(rows) -> str:
    return ", ".join(str(row[0]) if isinstance(row, list) else str(row) for row in rows) or "none"
