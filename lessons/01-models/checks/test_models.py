"""The models: how they are written, and how their objects print."""

import ast

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Definitions, Probe, Source

MODELS = ("User", "Post")
ENDS = ("QXZ", "ZXQ")
"""With which a hash begins and ends: they stand in no other text."""


@pytest.fixture
def metadata(probe: Probe):
    return probe.shared("metadata", doing="reading the models' metadata")


@pytest.fixture
def rows(rng):
    """Two users with posts, whose data nobody can have written into the code."""
    number = rng.randrange(10**5, 10**6)
    return [
        {
            "id": number + each,
            "email": f"{name}@example.com",
            "name": name,
            "hashed_password": f"{ENDS[0]}-{name}-{rng.randrange(10**9):09}-{ENDS[1]}",
            "posts": [{"id": number + 10 + each, "title": f"By {name}", "content": "Text"}],
        }
        for each, name in enumerate(("Ada", "Bob"))
    ]


@check(
    title="The models are written with Mapped and mapped_column",
    items=["model.mapped-types"],
    why="Mapped[…] is what a type checker and SQLAlchemy both read; Column() tells neither.",
    read="Users and posts",
    needs=["01.importable"],
)
def test_mapped(source: Source, definitions: Definitions, metadata):
    for name in MODELS:
        for each in definitions(f"app.models.{name}").lineage:
            old = {id(call): call for call in source.calls(each.module, "sqlalchemy.Column")}
            for call in (node for node in ast.walk(each.node) if id(node) in old):
                expect(
                    condition=False,
                    seen=f"{name} makes a column with {ast.unparse(call)}, the style before"
                    " SQLAlchemy 2.0.",
                    wanted="email: Mapped[str] = mapped_column(…)",
                    at=each.module.at(call),
                )
        hints = metadata["annotations"][name]
        expect(
            len(hints) > 1,
            seen=f"{name} has no columns but {', '.join(hints)}.",
            wanted="email: Mapped[str] = mapped_column(…), and so on for each column.",
        )
        plain = [key for key, found in hints.items() if found["wrong"] == "mapped"]
        expect(
            not plain,
            seen=f"{name}.{', '.join(plain)} is annotated without Mapped[…].",
            wanted="title: Mapped[str] = mapped_column(…)",
        )


@check(
    title="Every column has a type hint",
    items=["model.type-hints"],
    why="The hint decides the column's type and whether it may be NULL, and your editor knows it.",
    read="Users and posts",
    needs=["01.importable"],
)
def test_type_hints(metadata):
    for name, hints in metadata["annotations"].items():
        expect(
            len(hints) > 1,
            seen=f"{name} has no columns but {', '.join(hints)}.",
            wanted="One annotated attribute for each column of the table.",
        )
        for attribute, found in hints.items():
            hint, wrong = found["hint"], found["wrong"]
            expect(
                hint is not None,
                seen=f"{name}.{attribute} has no annotation.",
                wanted="title: Mapped[str] = mapped_column(…)",
            )
            expect(
                wrong in (None, "mapped"),
                seen=f"{name}.{attribute} is annotated {hint}, and "
                + ("its column may be NULL." if wrong == "nullable" else f"is {wrong}."),
                wanted="An annotation that says what the column holds: "
                + ("Mapped[… | None]." if wrong == "nullable" else "its Python type in Mapped[…]."),
            )


@check(
    title="Each model's docstring says what it is for and what it belongs to",
    items=["model.docs"],
    why="The table is read for years by people who never met its author.",
    read="Users and posts",
    needs=["01.importable"],
)
def test_docs(definitions: Definitions):
    related = {"User": ("post",), "Post": ("user", "author")}
    for name in MODELS:
        found = definitions(f"app.models.{name}")
        is_class = isinstance(found.node, ast.ClassDef)
        text = (ast.get_docstring(found.node) if is_class else None) or ""
        expect(
            len(text.split()) >= 6,
            seen=f"The docstring of {name} is {text!r}." if text else f"{name} has no docstring.",
            wanted="Six words or more: what a row stands for, what it is related to, and what"
            " becomes of it when that goes.",
            at=found.at,
        )
        expect(
            any(word in text.lower() for word in related[name]),
            seen=f"The docstring of {name} does not say how it belongs to {related[name][-1]}s.",
            wanted="A word on the relationship, and on what becomes of it on deletion.",
            at=found.at,
        )


@check(
    title="repr works in every state and keeps the password hash to itself",
    items=["model.repr"],
    why="repr runs in logs and tracebacks, where a second exception hides the first.",
    read="A repr you can trust",
    needs=["01.tables"],
)
def test_repr(probe: Probe, database, rows):
    seen = probe("reprs", doing="printing a user and a post", rows=rows)
    first, post = rows[0], rows[0]["posts"][0]
    numbers = {"User": str(first["id"]), "Post": str(post["id"])}
    theirs = {"User": (post["title"], numbers["Post"]), "Post": (first["email"],)}
    for name in MODELS:
        for state, text in seen[name].items():
            what = f"{'an' if state == 'expired' else 'a'} {state} {name}"
            if state == "related":
                what = f"a {name} with its {'author' if name == 'Post' else 'posts'} loaded"
            expect(
                not text.startswith("!"),
                seen=f"repr of {what} raised {text[1:]}",
                wanted="A repr that reads only what is loaded: self.__dict__.get(…).",
                final=True,
            )
            expect(
                not any(each in text for each in ENDS),
                seen=f"repr of {what} shows the password hash, or a part of it: {text}",
                wanted="A repr without hashed_password.",
                why="What repr shows ends up in logs, where many people read.",
            )
            expect(
                not any(each in text for each in theirs[name]),
                seen=f"repr of {what} shows what it is related to: {text}",
                wanted="The class and the id, or columns of the row itself: no relationship.",
                why="A user of ten thousand posts would fill the log with each of them.",
            )
        text = seen[name]["loaded"]
        expect(
            name in text.replace(f".{name} object", "") and numbers[name] in text,
            seen=f"repr of a loaded {name} with the id {numbers[name]} is {text}",
            wanted=f"The class and the id, such as <{name} id={numbers[name]}>.",
            why="A log line that names no row helps nobody to find it.",
        )
