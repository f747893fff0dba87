"""The schemas, by what they accept, what they refuse, and what they let out."""

import ast

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Probe, Source, dotted

FILES = "app/schemas/**/*.py"
NAMES = {"UserCreate", "UserUpdate", "UserResponse", "PostCreate", "PostUpdate", "PostResponse"}
OLD = {
    "validator": "@field_validator",
    "root_validator": "@model_validator",
}
OLD_CALLS = {
    "from_orm": "model_validate(obj)",
    "parse_obj": "model_validate(obj)",
    "dict": "model_dump()",
    "json": "model_dump_json()",
}
ONLY_PYDANTICS = ("from_orm", "parse_obj")
"""Those that nothing but a schema has: what uses a schema is looked through for them too."""


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


def accepts(probe: Probe, schema: str, cases):
    """Each case is (what it is, payload, the fields it must become)."""
    [answers] = judged(probe, [(schema, [payload for _, payload, _ in cases])])
    for (what, _, wanted), answer in zip(cases, answers, strict=True):
        refused = ", ".join(answer.get("refused", ()))
        expect(
            "accepted" in answer,
            seen=f"{schema} refuses {what} ({refused or 'as a whole'}).",
            wanted="It is valid and must be accepted.",
        )
        for name, value in wanted.items():
            expect(
                name in answer["accepted"],
                seen=f"{schema} has no field {name}.",
                wanted=f"{name}, see the table in the lesson's text.",
            )
            got = answer["accepted"][name]
            expect(
                got == value,
                seen=f"Given {what}, {schema}.{name} is {got!r}.",
                wanted=f"{value!r}",
            )


def refuses(probe: Probe, tables, hint: str):
    """Tables of (schema, cases), each case (what it is, payload)."""
    answers = judged(probe, [(schema, [each for _, each in cases]) for schema, cases in tables])
    for (schema, cases), found in zip(tables, answers, strict=True):
        for (what, _), answer in zip(cases, found, strict=True):
            expect("refused" in answer, seen=f"{schema} accepts {what}.", wanted=hint)


def judged(probe: Probe, tables):
    names = " and ".join(dict.fromkeys(schema for schema, _ in tables))
    return probe("judge", doing=f"validating payloads with {names}", tables=tables)


@check(
    title="app.schemas imports and offers six schemas",
    items=["endpoint.schema", "model.schema"],
    why="Routes and services take what crosses the border from this one place.",
    read="Describe the border",
)
def test_importable(probe: Probe):
    offered = probe.shared("offered", doing="importing app.schemas")
    missing = sorted(NAMES - set(offered))
    expect(
        not missing,
        seen=f"app.schemas has no {', '.join(missing)}.",
        wanted="app/schemas/__init__.py that offers Create, Update and Response for users and"
        " posts.",
    )


@check(
    title="The schemas are written for pydantic 2",
    items=["principle.pydantic-v2"],
    why="What is deprecated today is an ImportError on the day that somebody upgrades.",
    read="Describe the border",
    errata=["E10", "E11", "E12"],
    needs=["03.importable"],
)
def test_modern(source: Source, probe: Probe):
    for module in source.modules(FILES):
        _look_for_the_old(module)
        _look_for_calls(module, OLD_CALLS)
    for module in source.modules("app/**/*.py"):
        _look_for_calls(module, ONLY_PYDANTICS)
    warning = probe.afresh("strict_import", doing="importing app.schemas")
    expect(
        warning is None,
        seen=f"Importing app.schemas warns: {warning}",
        wanted="No DeprecationWarning.",
    )


def _look_for_the_old(module):
    for node in module.walk():
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                inner = decorator.func if isinstance(decorator, ast.Call) else decorator
                name = dotted(inner).split(".")[-1]
                expect(
                    name not in OLD,
                    seen=f"{node.name} is decorated with @{name}, of pydantic 1.",
                    wanted=f"{OLD.get(name)}(…)",
                    at=module.at(decorator),
                )
        elif isinstance(node, ast.ClassDef):
            expect(
                node.name != "Config",
                seen="A schema is configured by class Config, as in pydantic 1.",
                wanted="model_config = ConfigDict(…)",
                at=module.at(node),
            )
    for name, node in module.imports:
        old = name.removeprefix("typing.")
        expect(
            name not in ("typing.List", "typing.Dict", "typing.Optional", "typing.Union"),
            seen=f"{old} is imported from typing.",
            wanted="list[X], dict[K, V], X | None",
            at=module.at(node),
        )


def _look_for_calls(module, names):
    for name in names:
        for call in module.calls(name):
            is_method = isinstance(call.func, ast.Attribute)
            expect(
                not is_method,
                seen=f".{name}(…) is deprecated since pydantic 2.",
                wanted=OLD_CALLS[name],
                at=module.at(call),
            )


@check(
    title="A field that the API does not know is refused",
    items=["endpoint.schema", "principle.pydantic-v2"],
    why="A client that writes tittle for title should hear of it, and not lose its data.",
    read="Describe the border",
    errata=["E13"],
    needs=["03.user-create", "03.post-create"],
)
def test_unknown_fields(probe: Probe, user, post):
    valid = {"UserCreate": user, "PostCreate": post, "UserUpdate": {}, "PostUpdate": {}}
    tables = [
        (
            schema,
            [
                ("an unknown field `colour`", {**payload, "colour": "red"}),
                ("an `id` of the client's choice", {**payload, "id": 1}),
            ],
        )
        for schema, payload in valid.items()
    ]
    refuses(probe, tables, 'ConfigDict(extra="forbid") on everything that a client sends.')


@check(
    title="UserCreate takes what a registration may be, and nothing else",
    items=["endpoint.schema", "principle.pydantic-v2"],
    why="What gets past the border is in the database for years.",
    read="What may come in",
    errata=["E13"],
    needs=["03.importable"],
)
def test_user_create(probe: Probe, user):
    accepts(
        probe,
        "UserCreate",
        [
            ("a registration", user, {"email": user["email"], "name": user["name"]}),
            ("blanks around the name", {**user, "name": "  Ada  "}, {"name": "Ada"}),
            (
                "an address in capitals",
                {**user, "email": "Ada@Example.COM"},
                {"email": "ada@example.com"},
            ),
            ("a name of 100 characters between blanks", {**user, "name": f" {'x' * 100} "}, {}),
            ("a password of 8 characters", {**user, "password": "12345678"}, {}),
        ],
    )
    refuses(
        probe,
        [
            (
                "UserCreate",
                [
                    ("a name of blanks", {**user, "name": "   "}),
                    ("a name of 101 characters", {**user, "name": "x" * 101}),
                    ("the address `nobody`", {**user, "email": "nobody"}),
                    ("the address `a@b@example.com`", {**user, "email": "a@b@example.com"}),
                    ("a password of 7 characters", {**user, "password": "1234567"}),
                    ("a password of 129 characters", {**user, "password": "x" * 129}),
                    ("a registration without a password", {**user, "password": None}),
                    (
                        "a registration without a name",
                        {k: v for k, v in user.items() if k != "name"},
                    ),
                ],
            )
        ],
        "It must be refused, see the table in the lesson's text.",
    )


@check(
    title="PostCreate takes what a post may be, and nothing else",
    items=["endpoint.schema", "principle.pydantic-v2"],
    why="A length that is measured before blanks are stripped refuses good titles and takes bad.",
    read="What may come in",
    errata=["E13"],
    needs=["03.importable"],
)
def test_post_create(probe: Probe, post):
    accepts(
        probe,
        "PostCreate",
        [
            ("a post", post, {**post, "published": False}),
            ("a post to be published", {**post, "published": True}, {"published": True}),
            ("blanks around the title", {**post, "title": "  A title\n"}, {"title": "A title"}),
            (
                "200 characters between 50 blanks",
                {**post, "title": " " * 50 + "x" * 200},
                {"title": "x" * 200},
            ),
            ("a user_id of 2147483647", {**post, "user_id": 2**31 - 1}, {}),
        ],
    )
    refuses(
        probe,
        [
            (
                "PostCreate",
                [
                    ("a title of blanks", {**post, "title": " \t\n "}),
                    ("an empty title", {**post, "title": ""}),
                    ("a title of 201 characters", {**post, "title": "x" * 201}),
                    ("content of blanks", {**post, "content": "   "}),
                    ("a title that is null", {**post, "title": None}),
                    ("a title that is a number", {**post, "title": 7}),
                    ("a user_id of 0", {**post, "user_id": 0}),
                    ("a user_id that no INTEGER column can hold", {**post, "user_id": 2**31}),
                    ("a post without content", {k: v for k, v in post.items() if k != "content"}),
                ],
            )
        ],
        "It must be refused: strip first, then measure; see the table in the lesson's text.",
    )


@check(
    title="A password does not print",
    items=["principle.pydantic-v2"],
    why="Requests are printed into logs, and logs are read by many and kept for long.",
    read="What may come in",
    needs=["03.user-create"],
)
def test_hidden_password(probe: Probe, user):
    for text in probe("printed", doing="printing a UserCreate", payload=user):
        expect(
            user["password"] not in text,
            seen="A UserCreate that is printed or dumped shows the password.",
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
        "PostUpdate": {"title": post["title"], "content": post["content"], "published": True},
        "UserUpdate": {"name": user["name"], "email": user["email"]},
    }
    single = {
        schema: [{}, *({name: value} for name, value in fields.items())]
        for schema, fields in whole.items()
    }
    for (schema, payloads), answers in zip(
        single.items(), judged(probe, list(single.items())), strict=True
    ):
        for payload, answer in zip(payloads, answers, strict=True):
            sent = ", ".join(payload) or "nothing"
            expect(
                "accepted" in answer,
                seen=f"{schema} refuses a change of {sent} alone.",
                wanted="Each field may be left out.",
            )
            expect(
                answer["changes"] == payload,
                seen=f"{schema} with {sent} sent says changes() = {answer['changes']}.",
                wanted=f"{payload}: what was sent, and nothing else.",
            )
    refuses(
        probe,
        [
            (schema, [(f"{name} = null", {name: None}) for name in fields])
            for schema, fields in whole.items()
        ],
        "null refused: a field may be left out, but none of these may be empty.",
    )


@check(
    title="A change obeys the same rules as a new one",
    items=["endpoint.schema"],
    why="A rule that holds only on creation does not hold.",
    read="Absent is not null",
    needs=["03.partial"],
)
def test_update_rules(probe: Probe):
    accepts(
        probe,
        "PostUpdate",
        [("blanks around the title", {"title": "  A title "}, {"title": "A title"})],
    )
    refuses(
        probe,
        [
            (
                "PostUpdate",
                [
                    ("a title of blanks", {"title": "  "}),
                    ("a title of 201 characters", {"title": "x" * 201}),
                    ("content of blanks", {"content": " "}),
                    ("another author", {"user_id": 7}),
                ],
            ),
            (
                "UserUpdate",
                [
                    ("a name of blanks", {"name": " "}),
                    ("the address `nobody`", {"email": "nobody"}),
                ],
            ),
        ],
        "The same types as in the Create schema: name them once.",
    )


@check(
    title="A response is made from a row",
    items=["model.schema"],
    why="Copying attributes by hand forgets the one that is added next year.",
    read="What may go out",
    errata=["E12", "E13"],
    needs=["03.importable"],
)
def test_from_rows(probe: Probe, user, post):
    stored = {"email": user["email"], "name": user["name"], "hashed_password": "x"}
    text = {"title": post["title"], "content": post["content"]}
    seen = probe("rows", doing="making responses from rows", user=stored, post=text)
    wanted = {
        "user": {"id": 7, "email": user["email"], "name": user["name"]},
        "post": {
            "id": 9,
            **text,
            "published": True,
            "user_id": 7,
            "author": {"id": 7, "name": user["name"]},
            "updated_at": None,
        },
    }
    for kind, fields in wanted.items():
        for name, value in fields.items():
            expect(
                name in seen[kind],
                seen=f"{kind.capitalize()}Response has no field {name}.",
                wanted=f"{name}, see the table in the lesson's text.",
            )
            got = seen[kind][name]
            expect(
                got == value,
                seen=f"{kind.capitalize()}Response.{name} of a row is {got!r}.",
                wanted=f"{value!r}, read from the row's attributes.",
            )
        created = str(seen[kind].get("created_at"))
        expect(
            created.endswith(("Z", "+00:00")),
            seen=f"{kind.capitalize()}Response.created_at is {created}.",
            wanted="created_at: datetime, which pydantic writes with its zone.",
        )


@check(
    title="No response has a field for the password",
    items=["model.schema"],
    why="A hash that leaves can be tried against at leisure; one that cannot leave is safe.",
    read="What may go out",
    needs=["03.importable"],
)
def test_no_password(probe: Probe):
    found = probe("fields", doing="reading the schemas' fields")
    for schema, names in found.items():
        secret = [name for name in names if "password" in name or "hash" in name]
        expect(
            not secret,
            seen=f"{schema} has the field {', '.join(secret)}.",
            wanted="Responses name only what everyone may see.",
        )
    private = {"email", "hashed_password"} & set(found["PostResponse"])
    expect(
        not private,
        seen="PostResponse shows its author's e-mail address to every reader.",
        wanted="author: UserSummary, with id and name.",
    )
