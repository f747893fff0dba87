"""What a client may send: each field on both sides of each bound, in what is new and in changes."""

import json

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Probe

LARGEST = 2**31 - 1
TEXT = [("a number", 7), ("a list", ["text"]), ("an object", {"a": 1}), ("null", None)]
TAKES = {
    "title": [
        ("a text between blanks", "  A title\n", "A title"),
        ("200 characters between 50 blanks", " " * 50 + "x" * 200, "x" * 200),
        ("one character", "x", "x"),
        ("capitals and accents", "CRÈME brûlée ½", "CRÈME brûlée ½"),
    ],
    "content": [
        ("one character", "x", "x"),
        ("100,000 characters", "x" * 100_000, "x" * 100_000),
        ("several lines", "One\n\nTwo", "One\n\nTwo"),
    ],
    "published": [("true", True, True), ("false", False, False)],
    "user_id": [("1", 1, 1), ("2147483647", LARGEST, LARGEST)],
    "name": [
        ("a text between blanks", "  Ada \t", "Ada"),
        ("100 characters between blanks", f" {'x' * 100} ", "x" * 100),
        ("one character", "x", "x"),
        ("small letters and accents", "daniëlle van der Berg", "daniëlle van der Berg"),
    ],
    "email": [
        ("capitals", "Ada@Example.COM", "ada@example.com"),
        ("a plus and dots", "a.d.a+x@mail.example.com", "a.d.a+x@mail.example.com"),
        (
            "accents, an ß and a ligature",
            "ÉLÈVE.Weiß.ﬁ@Straße.example.com",
            "élève.weiß.ﬁ@straße.example.com",
        ),
    ],
    "password": [
        ("8 characters", "12345678", "12345678"),
        ("128 characters", "x" * 128, "x" * 128),
        ("a text between blanks", "  Pass Wörd  ", "  Pass Wörd  "),
    ],
}
"""By field: what it is called, what is sent, what it becomes."""
REFUSES = {
    "title": [
        ("blanks", " \t\n "),
        ("an empty text", ""),
        ("201 characters", "x" * 201),
        ("the character NUL", "a\x00b"),
        *TEXT,
    ],
    "content": [
        ("blanks", "   "),
        ("line ends and tabs", "\n\t"),
        ("an empty text", ""),
        ("the character NUL", "a\x00b"),
        *TEXT,
    ],
    "published": [("`maybe`", "maybe"), ("2", 2), ("null", None), ("a list", [])],
    "user_id": [
        ("0", 0),
        ("-1", -1),
        ("2147483648, which no INTEGER column can hold", LARGEST + 1),
        ("1.5", 1.5),
        ("a word", "one"),
        ("null", None),
    ],
    "name": [
        ("blanks", "   "),
        ("an empty text", ""),
        ("101 characters", "x" * 101),
        ("the character NUL", "a\x00b"),
        *TEXT,
    ],
    "email": [
        ("`nobody`", "nobody"),
        ("`a@b@example.com`", "a@b@example.com"),
        ("an empty text", ""),
        ("a number", 7),
        ("null", None),
    ],
    "password": [
        ("7 characters", "1234567"),
        ("129 characters", "x" * 129),
        ("half of a surrogate pair", "secret-\ud800"),
        ("a number", 12345678),
        ("null", None),
    ],
}
FIELDS = {
    "UserCreate": ["email", "name", "password"],
    "UserUpdate": ["email", "name"],
    "PostCreate": ["content", "published", "title", "user_id"],
    "PostUpdate": ["content", "published", "title"],
}
ADVICE = {
    "title": "Strip first, then measure: StringConstraints(strip_whitespace=True, …).",
    "name": "Strip first, then measure: StringConstraints(strip_whitespace=True, …).",
    "content": "StringConstraints(strip_whitespace=True, min_length=1): what is left counts.",
    "user_id": "From 1 to 2,147,483,647: Field(ge=1, le=2**31 - 1).",
    "email": "EmailStr, and then str.lower, which makes no other letter of any.",
    "password": "8 to 128 characters, as they are.",
    "published": "true or false.",
}


@pytest.fixture
def user(rng):
    number = rng.randrange(10**6)
    return {
        "email": f"ada{number}@example.com",
        "name": f"Ada {number}",
        "password": f"secret-{number:06}",
    }


@pytest.fixture
def post(rng):
    number = rng.randrange(10**6)
    return {"title": f"Title {number}", "content": f"Content {number}", "user_id": number + 1}


def judged(probe: Probe, tables, *, changes: bool = True):
    """What became of each payload, by (schema, payloads)."""
    names = " and ".join(dict.fromkeys(schema for schema, _ in tables))
    sent = [(schema, [json.dumps(each) for each in payloads]) for schema, payloads in tables]
    return probe(
        "judge",
        doing=f"validating payloads with {names}",
        expects=list[list[dict]],
        tables=sent,
        changes=changes,
    )


def takes(schema: str, what: str, answer):
    """The payload is accepted: what its fields became."""
    refused = answer.get("raised") or ", ".join(map(str, answer.get("refused") or ()))
    expect(
        "accepted" in answer,
        seen=f"{schema} refuses {what} ({refused or 'as a whole'}).",
        wanted="It is valid and must be accepted.",
    )
    return answer["accepted"]


def refuses(schema: str, what: str, answer, advice: str):
    expect(
        "accepted" not in answer,
        seen=f"{schema} accepts {what}.",
        wanted=advice,
        errata=() if "NUL" in what else None,
    )
    expect(
        not answer.get("raised"),
        seen=f"Given {what}, {schema} raises {answer.get('raised')}",
        wanted="A ValidationError, which is a 422. Any other exception is a 500.",
    )


def holds_the_rules(probe: Probe, schema: str, valid: dict):
    """Each of its fields takes and refuses what the table in the text says."""
    names = FIELDS[schema]
    takes_cases = [(name, *case) for name in names for case in TAKES[name]]
    refuses_cases = [
        (name, what, value)
        for name in names
        for what, value in REFUSES[name]
        if value is not None or schema.endswith("Create")  # null in a change: test_partial
    ]
    payloads = [{**valid, name: value} for name, _, value, *_ in (*takes_cases, *refuses_cases)]
    [answers] = judged(probe, [(schema, payloads)])
    for at, (name, what, _, wanted) in enumerate(takes_cases):
        said = f"{what} for {name}"
        found = takes(schema, said, answers[at])
        expect(
            name in found,
            seen=f"{schema} has no field {name}.",
            wanted=f"{name}, see the table in the lesson's text.",
        )
        got = found[name]
        expect(
            got == wanted,
            seen=f"Given {said}, {schema}.{name} is {_short(got)}.",
            wanted=f"{_short(wanted)}. {ADVICE[name]}",
        )
    for at, (name, what, _) in enumerate(refuses_cases, len(takes_cases)):
        refuses(
            schema,
            f"{what} for {name}",
            answers[at],
            f"It must be refused, see the table in the lesson's text. {ADVICE[name]}",
        )


def _short(value) -> str:
    return repr(value) if len(str(value)) < 80 else f"{len(str(value))} characters"


def requires(probe: Probe, schema: str, valid: dict, names):
    payloads = [{key: valid[key] for key in valid if key != name} for name in names]
    [answers] = judged(probe, [(schema, payloads)])
    for at, name in enumerate(names):
        refuses(schema, f"a payload without {name}", answers[at], f"{name} has no default.")


@check(
    title="UserCreate takes what a registration may be, and nothing else",
    items=["endpoint.schema", "principle.pydantic-v2"],
    why="What gets past the border is in the database for years.",
    read="What may come in",
    needs=["03.importable"],
)
def test_user_create(probe: Probe, user):
    holds_the_rules(probe, "UserCreate", user)
    requires(probe, "UserCreate", user, FIELDS["UserCreate"])


@check(
    title="PostCreate takes what a post may be, and nothing else",
    items=["endpoint.schema", "principle.pydantic-v2"],
    why="A length that is measured before blanks are stripped refuses good titles and takes bad.",
    read="What may come in",
    errata=["E13"],
    needs=["03.importable"],
)
def test_post_create(probe: Probe, post):
    [[answer]] = judged(probe, [("PostCreate", [post])])
    found = takes("PostCreate", "a post", answer)
    for name, value in {**post, "published": False}.items():
        expect(
            name in found,
            seen=f"PostCreate has no field {name}.",
            wanted=f"{name}, see the table in the lesson's text.",
            errata=(),
        )
        expect(
            found[name] == value,
            seen=f"Given a post without published, PostCreate.{name} is {found[name]!r}.",
            wanted=f"{value!r}",
            errata=(),
        )
    holds_the_rules(probe, "PostCreate", post)
    requires(probe, "PostCreate", post, ["title", "content", "user_id"])


@check(
    title="A field that the API does not know is refused",
    items=["endpoint.schema", "principle.pydantic-v2"],
    why="A client that writes tittle for title should hear of it, and not lose its data.",
    read="Describe the border",
    errata=["E13"],
    needs=["03.importable"],
)
def test_unknown_fields(probe: Probe, user, post):
    valid = {"UserCreate": user, "PostCreate": post, "UserUpdate": {}, "PostUpdate": {}}
    strange = {
        "an unknown field `colour`": {"colour": "red"},
        "an `id` of the client's choice": {"id": 1},
        "a `hashed_password`": {"hashed_password": "x"},
        "a `created_at`": {"created_at": "2031-05-17T12:00:00Z"},
    }
    answers = judged(
        probe,
        [
            (schema, [{**payload, **more} for more in strange.values()])
            for schema, payload in valid.items()
        ],
        changes=False,  # which a later task writes
    )
    for at, schema in enumerate(valid):
        for which, what in enumerate(strange):
            refuses(
                schema,
                what,
                answers[at][which],
                'ConfigDict(extra="forbid") on everything that a client sends.',
            )
    fields = probe("fields", doing="reading the schemas' fields", expects=dict[str, dict])
    for schema, names in FIELDS.items():
        more = [str(name) for name in fields[schema]["own"] if name not in names]
        expect(
            not more,
            seen=f"{schema} has the field {', '.join(more)}.",
            wanted=f"{', '.join(names)}, and no others: see the lesson's text.",
            errata=(),
        )


@check(
    title="A password does not print, and can be read",
    items=["principle.pydantic-v2"],
    why="Requests are printed into logs, and logs are read by many and kept for long.",
    read="What may come in",
    needs=["03.importable"],
)
def test_hidden_password(probe: Probe, user):
    texts = probe(
        "printed", doing="printing a UserCreate", expects=dict[str, list[str]], payload=user
    )
    for how, kind in (("printed", "printed"), ("dumped", "dumped")):
        expect(
            not any(user["password"] in text for text in texts[kind]),
            seen=f"A UserCreate that is {how} shows the password.",
            wanted="password: SecretStr, read with get_secret_value() where it is hashed.",
        )


@check(
    title="A partial change tells absent from null",
    items=["endpoint.schema"],
    why="A client that sends one field must not erase the others.",
    read="Absent is not null",
    needs=["03.importable"],
)
def test_partial(probe: Probe, post, user):
    whole = {
        "PostUpdate": {"title": post["title"], "content": post["content"], "published": False},
        "UserUpdate": {"name": user["name"], "email": user["email"]},
    }
    sent = {
        schema: [{}, *({name: value} for name, value in fields.items()), fields]
        for schema, fields in whole.items()
    }
    sent["PostUpdate"].append({"published": True})
    answers = judged(probe, list(sent.items()))
    for at, (schema, payloads) in enumerate(sent.items()):
        for which, payload in enumerate(payloads):
            said = ", ".join(f"{name} = {json.dumps(value)}" for name, value in payload.items())
            answer = answers[at][which]
            expect(
                "accepted" in answer,
                seen=f"{schema} refuses a change of {', '.join(payload) or 'nothing'} alone.",
                wanted="Each field may be left out.",
            )
            got = answer["changes"]
            expect(
                got == payload,
                seen=f"{schema} with {said or 'nothing'} sent says changes() = {got}.",
                wanted=f"{payload}: what was sent, and nothing else.",
            )
    nothing = {schema: [{name: None} for name in fields] for schema, fields in whole.items()}
    answers = judged(probe, list(nothing.items()))
    for at, (schema, payloads) in enumerate(nothing.items()):
        for which, payload in enumerate(payloads):
            refuses(
                schema,
                f"{next(iter(payload))} = null",
                answers[at][which],
                "null refused: a field may be left out, but none of these may be empty.",
            )
    _of_any_name(probe, post["user_id"])


def _of_any_name(probe: Probe, number: int):
    """PatchModel's promises hold for the fields of the next schema too."""
    text, flag, weight = f"jar_{number}", f"sealed_{number}", f"weight_{number}"
    changes = [{}, {text: "plums"}, {flag: False}, {text: "plums", flag: True}]
    changes += [{weight: 4}, {weight: 3}]
    nulls = [{text: None}, {flag: None}, {text: "plums", flag: None}]
    found = probe(
        "other_change",
        doing=f"making a change of the fields {text}, {flag} and {weight} from PatchModel",
        expects=list[dict] | None,
        names=[text, flag, weight],
        payloads=[*changes, *nulls],
    )
    expect(
        found is not None,
        seen="PostUpdate does not inherit from PatchModel.",
        wanted="class PostUpdate(PatchModel): what holds for every change is written once.",
    )
    said = f"A PatchModel with the fields {text}, {flag} and {weight}, which is 3 by default"
    for answer, payload in zip(found[: len(changes)], changes, strict=True):
        got = answer.get("changes")
        expect(
            got == payload,
            seen=f"{said}, sent {payload}, says changes() = {got}.",
            wanted=f"{payload}: what was sent, whatever the fields are called and are by default"
            " (model_fields_set, or exclude_unset).",
        )
    for answer, payload in zip(found[len(changes) :], nulls, strict=True):
        refuses(
            said,
            f"{payload}",
            answer,
            "null refused in every field that was sent, not in those of some names.",
        )


@check(
    title="A change obeys the same rules as a new one",
    items=["endpoint.schema"],
    why="A rule that holds only on creation does not hold.",
    read="Absent is not null",
    needs=["03.importable"],
)
def test_update_rules(probe: Probe, user, post):
    for schema, whole in (("PostUpdate", {**post, "published": True}), ("UserUpdate", user)):
        holds_the_rules(probe, schema, {name: whole[name] for name in FIELDS[schema]})
    [[another, author]] = judged(probe, [("PostUpdate", [{"user_id": 7}, {"author": {}}])])
    advice = "The author of a post stays who it is."
    refuses("PostUpdate", "another author", another, advice)
    refuses("PostUpdate", "an `author`", author, advice)


@check(
    title="A body that is no object is refused, and crashes nothing",
    items=["endpoint.schema"],
    why="Anybody can send a list. What your validators do not expect is a 500.",
    read="Describe the border",
    needs=["03.importable"],
)
def test_bodies(probe: Probe):
    odd = {
        "an empty list": [],
        "a list of objects": [{}],
        "a text": "title",
        "a number": 7,
        "null": None,
        "true": True,
    }
    answers = judged(probe, [(schema, list(odd.values())) for schema in FIELDS])
    for at, schema in enumerate(FIELDS):
        for which, what in enumerate(odd):
            refuses(
                schema,
                f"{what} for a body",
                answers[at][which],
                "A ValidationError: a body is an object.",
            )


@check(
    title="No request documents null, which none takes",
    items=["endpoint.schema"],
    why="Clients are written, and tested, by what the documentation says.",
    read="Absent is not null",
    needs=["03.importable"],
)
def test_documented(probe: Probe):
    found = probe("fields", doing="reading the schemas' documentation", expects=dict[str, dict])
    for schema, names in FIELDS.items():
        there = found[schema]
        missing = [name for name in names if name not in there["own"]]
        expect(
            not missing,
            seen=f"{schema} documents no {', '.join(missing)}.",
            wanted="Every field that it takes.",
        )
        for kind, what in (("null", "null for"), ("default", "null as the default of")):
            expect(
                not there[kind],
                seen=f"{schema} documents {what} {', '.join(map(str, there[kind]))}, and refuses"
                " it.",
                wanted="title: Title | Absent = None, and in PatchModel"
                " ConfigDict(json_schema_extra=hide_defaults): null is offered to nobody.",
            )
