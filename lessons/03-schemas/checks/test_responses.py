"""What goes out: made from rows, every field of it and no other."""

from datetime import datetime

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Probe

MADE = "2031-05-17T12:00:00+00:00"
CHANGED = "2031-05-18T01:30:00+05:00"
OLD = {
    "user": {"email": "Root@LOCALHOST", "name": f" {'B' * 120} "},
    "post": {"title": "", "content": " \n"},
}
"""Values of rows that are older than any rule: no request would bring them."""


@pytest.fixture
def stored(rng):
    """The columns of a user and of a post."""
    number = rng.randrange(10**6)
    user = {
        "email": f"ada{number}@example.com",
        "name": f"Ada {number}",
        "hashed_password": f"hash-{number}",
    }
    return user, {"title": f"Title {number}", "content": f"Content {number}"}


@check(
    title="A response reads the attributes of an object",
    items=["model.schema"],
    why="Rows are objects. What reads only dictionaries makes each caller write one.",
    read="Describe the border",
    errata=["E12"],
    needs=["03.importable"],
)
def test_from_objects(probe: Probe):
    refused = probe("objects", doing="making responses from objects", expects=dict[str, str])
    for schema in ("UserSummary", "UserResponse", "PostResponse"):
        expect(
            not refused[schema],
            seen=f"{schema} refuses an object that has all attributes: {refused[schema]}",
            wanted="model_config = ConfigDict(from_attributes=True) in the base of all responses.",
        )


@check(
    title="A response is made from a row",
    items=["model.schema"],
    why="Copying attributes by hand forgets the one that is added next year.",
    read="What may go out",
    errata=["E13"],
    needs=["03.from-objects"],
)
def test_from_rows(probe: Probe, stored):
    user, text = stored
    seen = probe(
        "rows",
        doing="making responses from rows",
        expects=dict[str, list[dict]],
        user=user,
        post=text,
        old=OLD,
    )
    ada = {"id": 7, "name": user["name"]}
    bob = {"id": 8, "name": "B" * 100}
    root = {"id": 12, "name": OLD["user"]["name"]}
    mail = {"email": user["email"]}
    wanted = {
        "users": [
            {**ada, **mail, "created_at": MADE},
            {**bob, **mail, "created_at": CHANGED},
            {**root, "email": OLD["user"]["email"], "created_at": MADE},
        ],
        "summaries": [ada, bob, root],
        "posts": [
            _post(9, text, ada, published=True),
            _post(10, {"title": "T" * 200, "content": 300_000}, bob, updated_at=CHANGED),
            _post(11, OLD["post"], root),
        ],
    }
    schemas = {"users": "UserResponse", "summaries": "UserSummary", "posts": "PostResponse"}
    for kind, rows in wanted.items():
        schema = schemas[kind]
        for at, fields in enumerate(rows):
            got = seen[kind][at]
            for name, value in fields.items():
                expect(
                    name in got,
                    seen=f"{schema} has no field {name}.",
                    wanted=f"{name}, see the table in the lesson's text.",
                    errata=(),
                )
                _same(schema, name, got[name], value)
            more = [name for name in got if name not in fields]
            expect(
                not more,
                seen=f"{schema} shows {', '.join(map(str, more))} as well.",
                wanted=f"{', '.join(fields)}, and no others.",
                errata=(),
            )


def _post(id_: int, text: dict, author: dict, **more) -> dict:
    return {
        "id": id_,
        **text,
        "published": False,
        "user_id": author["id"],
        "author": author,
        "created_at": MADE,
        "updated_at": None,
        **more,
    }


def _same(schema: str, name: str, got, value) -> None:
    if name.endswith("_at") and value is not None:
        expect(
            _moment(got) == datetime.fromisoformat(value),
            seen=f"{schema}.{name} is {got!r}.",
            wanted=f"{value}, or the same moment in another zone: {name}: datetime, which pydantic"
            " writes with its zone.",
            errata=(),
        )
        return
    expect(
        got == value,
        seen=f"{schema}.{name} of a row is {str(got)[:80]!r}.",
        wanted=f"{str(value)[:80]!r}, read from the row's attributes as it is.",
        errata=(),
    )


def _moment(text) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.utcoffset() is not None else None


@check(
    title="Responses document null for updated_at alone",
    items=["endpoint.schema"],
    why="Clients are written, and tested, by what the documentation says.",
    read="What may go out",
    needs=["03.importable"],
)
def test_nulls(probe: Probe):
    found = probe("fields", doing="reading the schemas' documentation", expects=dict[str, dict])
    for schema in ("PostResponse", "UserResponse", "UserSummary"):
        offered = found[schema]["null"]
        expect(
            offered == (["updated_at"] if schema == "PostResponse" else []),
            seen=f"{schema} documents null for {', '.join(map(str, offered)) or 'no field'}.",
            wanted="For a post's updated_at, which is null until it is changed, and for no other"
            " field.",
        )


@check(
    title="No response has a field for the password",
    items=["model.schema"],
    why="A hash that leaves can be tried against at leisure; one that cannot leave is safe.",
    read="What may go out",
    needs=["03.importable"],
)
def test_no_password(probe: Probe, stored):
    found = probe("fields", doing="reading the schemas' fields", expects=dict[str, dict])
    for schema in ("UserResponse", "UserSummary", "PostResponse"):
        names = [str(name) for name in found[schema]["all"]]
        secret = [name for name in names if "password" in name.lower() or "hash" in name.lower()]
        expect(
            not secret,
            seen=f"{schema} has the field {', '.join(secret)}.",
            wanted="Responses name only what everyone may see.",
        )
    expect(
        "email" not in found["PostResponse"]["all"],
        seen="PostResponse shows its author's e-mail address to every reader.",
        wanted="author: UserSummary, with id and name.",
    )
    user, text = stored
    shown = probe.answer("rows", user=user, post=text, old=OLD)  # if it can be made: test_from_rows
    expect(
        user["hashed_password"] not in str(getattr(shown, "value", "")),
        seen="The hash of the password is in a response, under another name.",
        wanted="Responses name only what everyone may see.",
    )
