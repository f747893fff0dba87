"""The model and its migration, whatever they are called: found by what a comment belongs to."""

import ast
from typing import Any

import pytest

from checker.judge import Unmet, check, expect
from checker.judge.evidence import (
    Command,
    Database,
    Definition,
    Definitions,
    Probe,
    Refused,
    dotted,
)
from kit import rows
from kit.history import goes_back


@pytest.fixture
def model(probe: Probe) -> dict[str, Any]:
    """The model of comments. Raises Unmet where there is none."""
    found = probe.shared("models", doing="importing the application", expects=list[dict])
    if not found:
        raise Unmet(
            "No mapped class has a foreign key to posts and one to users.",
            "A model of comments on app.models.Base, imported by app.models, with both keys.",
        )
    return dict(found[0])


@pytest.fixture
def defined(model: dict[str, Any], definitions: Definitions) -> Definition:
    """Where the model's class stands."""
    return definitions(f"{model['module']}.{model['name']}")


@check(
    title="Comments have a model, which belongs to a post and to a user",
    items=["model.async-model", "topic.sqlalchemy"],
    why="What no model describes, no migration makes and no reader finds.",
    read="The table",
    errata=["E40"],
)
def test_model(model: dict[str, Any]):
    for name in ("posts", "users"):
        keys = [each for each in model["columns"] if f"{name}.id" in each["key_to"]]
        expect(
            len(keys) >= 1,
            seen=f"{model['name']} has no column with a foreign key to {name}.id.",
            wanted=f'ForeignKey("{name}.id", …).',
        )
        expect(
            not all(each["nullable"] for each in keys),
            seen=f"{model['name']}.{keys[0]['key']}, which says to which of {name} a comment"
            " belongs, may be NULL.",
            wanted="Mapped[int], without None: a comment has a post and an author.",
        )
    naive = [
        each["key"] for each in model["columns"] if each["kind"] == "DateTime" and not each["aware"]
    ]
    expect(
        not naive,
        seen=f"{model['name']}.{naive[0] if naive else ''} is a DateTime without a time zone.",
        wanted="The type UtcDateTime of lesson 01, or DateTime(timezone=True).",
        errata=("E23",),
    )


@check(
    title="Every column is declared with Mapped[…] and mapped_column",
    items=["model.type-hints", "model.mapped-types"],
    why="A column without a type is Any to mypy, and its NULL comes as a surprise.",
    read="The table",
    needs=["17.model"],
)
def test_mapped(model: dict[str, Any], defined: Definition):
    declared = _declarations(defined)
    for column in model["columns"]:
        annotation, value, at = declared.get(column["key"], ("", None, None))
        expect(
            annotation.split("[")[0].split(".")[-1] == "Mapped" and "[" in annotation,
            seen=f"{model['name']}.{column['key']} is declared"
            + (f" as {annotation}." if annotation else " without an annotation."),
            wanted=f"{column['key']}: Mapped[…] = mapped_column(…)",
            at=at or defined.at,
        )
        made = dotted(value.func).split(".")[-1] if isinstance(value, ast.Call) else ""
        expect(
            made != "Column",
            seen=f"{model['name']}.{column['key']} is made by Column(…).",
            wanted="mapped_column(…), which knows what Mapped[…] says.",
            at=at,
        )
        may = "None" in annotation or "Optional" in annotation
        expect(
            may == column["nullable"],
            seen=f"{model['name']}.{column['key']} is {annotation}, and its column"
            f" {'may' if column['nullable'] else 'may not'} be NULL.",
            wanted="One of them changed: Mapped[T | None] for what may be NULL, Mapped[T] else.",
            at=at,
        )


def _declarations(defined: Definition) -> dict[str, tuple[str, ast.expr | None, Any]]:
    """What the class and those that it inherits from say of each name: annotation and value."""
    found: dict[str, tuple[str, ast.expr | None, Any]] = {}
    for each in reversed([defined, *defined.lineage]):
        for node in each.node.body if isinstance(each.node, ast.ClassDef) else []:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                text = ast.unparse(node.annotation).strip("'\"")
                found[node.target.id] = (text, node.value, each.module.at(node))
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        found[target.id] = ("", node.value, each.module.at(node))
            elif isinstance(node, ast.FunctionDef) and node.returns is not None:
                found[node.name] = (
                    ast.unparse(node.returns).strip("'\""),
                    None,
                    each.module.at(node),
                )
    return found


@check(
    title="The model's docstring says what it is for and what it belongs to",
    items=["model.docs"],
    why="The table is read for years by people who never met its author.",
    read="The table",
    needs=["17.model"],
)
def test_model_docs(model: dict[str, Any], defined: Definition):
    node = defined.node
    text = (ast.get_docstring(node) if isinstance(node, ast.ClassDef) else None) or ""
    expect(
        len(text.split()) >= 8,
        seen=f"The docstring of {model['name']} is {text!r}."
        if text
        else f"{model['name']} has no docstring.",
        wanted="One sentence on what a row stands for, one on its relationships.",
        at=defined.at,
    )
    for words in (("post",), ("author", "user", "writer", "who ", "somebody", "someone", "reader")):
        expect(
            any(word in text.lower() for word in words),
            seen=f"The docstring of {model['name']} has no word of its {words[0]}: {text!r}.",
            wanted="A word on both that a comment belongs to, and on what becomes of it with them.",
            at=defined.at,
        )


@check(
    title="The comments' relationships load when they are told to, and never by themselves",
    items=["model.relationship-loading"],
    why="A hidden query cannot run under async: the request ends with a 500.",
    read="The table",
    errata=["E40"],
    needs=["17.model"],
)
def test_loading(model: dict[str, Any], probe: Probe, database: Database):
    expect(
        bool(model["relationships"]),
        seen=f"{model['name']} has no relationship, and none of User and Post leads to it.",
        wanted="A relationship to the author at least, which every answer shows.",
    )
    touched = probe("touched", doing="reading the relationships of a comment", expects=list[dict])
    for each in touched:
        expect(
            not each.get("hidden"),
            seen=f"{each['name']} tried a query of its own and failed: {each.get('error')}",
            wanted='lazy="raise" with explicit loading per query, or eager loading.',
        )
        expect(
            "ids" not in each or bool(each["ids"]),
            seen=f"{each['name']} of a comment that has one is empty.",
            wanted='What is in the table, or an error that says so: lazy="raise".',
        )


@check(
    title="session.delete of a post or a user leaves the comments to the database",
    items=["model.relationship-loading"],
    why="SQLAlchemy would load each comment first, or empty its keys, which the table refuses.",
    read="The table",
    needs=["17.model"],
)
def test_cascades(model: dict[str, Any], probe: Probe, database: Database):
    found = probe("cascades", doing="calling session.delete", expects=dict[str, str])
    for name, error in found.items():
        expect(
            not error,
            seen=f"session.delete of a {name.lower()} with comments ends in {error}",
            wanted='ondelete="CASCADE" on both keys; passive_deletes="all" where Post or User have'
            f" a relationship to {model['name']}.",
        )


@check(
    title="repr works in every state, and tells one comment from another",
    items=["model.repr"],
    why="repr runs in logs and tracebacks, where a second exception hides the first.",
    read="The table",
    errata=["E40"],
    needs=["17.model"],
)
def test_repr(model: dict[str, Any], probe: Probe, database: Database):
    found = probe("reprs", doing="printing a comment", expects=dict)
    said = found["said"]
    for state, each in said.items():
        expect(
            "text" in each,
            seen=f"repr of a {state} {found['class']} raised {each.get('error')}",
            wanted="A repr that reads only what is loaded, as lesson 01's: self.__dict__.get(…).",
        )
        expect(
            found["class"] in str(each.get("text")),
            seen=f"repr of a {state} {found['class']} is {each.get('text')!r}.",
            wanted="The name of the class, and the id.",
        )
    expect(
        said["loaded"]["text"] != said["other"]["text"] and "1" in said["loaded"]["text"],
        seen=f"The comments 1 and 2 have the reprs {said['loaded']['text']!r} and"
        f" {said['other']['text']!r}.",
        wanted="The name of the class, and the id.",
    )


@check(
    title="A migration makes the table, goes down and up again, and leaves no difference",
    items=["model.migration", "principle.migrations", "topic.alembic"],
    why="A deployment runs migrations on tables with rows, and one day it runs them backwards.",
    read="The table",
    errata=["E19", "E22", "E25"],
    needs=["17.model"],
)
def test_migration(model: dict[str, Any], command: Command, migrated: Database):
    goes_back(command, migrated, model["table"])


@check(
    title="The database itself keeps comments with their post and their author",
    items=["model.migration", "model.indexes"],
    why="Two requests at the same moment pass by every check that is made in Python.",
    read="The table",
    errata=["E21"],
    needs=["17.migration"],
)
def test_keys(model: dict[str, Any], migrated: Database):
    table = model["table"]
    rows.insert(migrated, "users", [rows.user(id_, f"User{id_}") for id_ in (71, 72, 73)])
    rows.insert(migrated, "posts", [rows.post(81, "One", 71), rows.post(82, "Two", 72)])
    to = {each["key_to"][0]: each["name"] for each in model["columns"] if each["key_to"]}
    post, user = to["posts.id"], to["users.id"]
    key = next(each["name"] for each in model["columns"] if each["primary"])

    def stored(id_: int, post_id: int, user_id: int) -> bool:
        values = _required(migrated, table) | {key: id_, post: post_id, user: user_id}
        try:
            migrated.insert(table, **values)
        except Refused:
            return False
        return True

    for id_, pair in ((91, (81, 72)), (92, (82, 71)), (93, (82, 73))):
        expect(
            stored(id_, *pair),
            seen=f"The database refuses a comment of user {pair[1]} on post {pair[0]}.",
            wanted="A table that takes what both others have, several of each.",
        )
    for pair, what in (((99, 71), "a post"), ((81, 99), "a user")):
        expect(
            not stored(94, *pair),
            seen=f"The migrated {table} takes a comment of {what} that does not exist.",
            wanted="ForeignKeyConstraint for both, in the migration too.",
        )
    for sql, left, what in (
        ("DELETE FROM posts WHERE id = 81", [92, 93], "a post"),
        ("DELETE FROM users WHERE id = 73", [92], "a user"),
    ):
        try:
            migrated.execute(sql)
        except Refused:
            found = "refused"
        else:
            left_ = migrated.query(f"SELECT {key} AS id FROM {table} ORDER BY {key}")
            found = str([row["id"] for row in left_])
        expect(
            found == str(left),
            seen=f"{what.capitalize()} with a comment was deleted in the database:"
            f" {'that is refused' if found == 'refused' else f'left are the comments {found}'}.",
            wanted=f'{left}: ondelete="CASCADE" on both keys, in the model and in the migration.',
        )
    with migrated.inspect() as inspector:
        indexes = [list(each["column_names"]) for each in inspector.get_indexes(table)]
    for column in (post, user):
        expect(
            any(columns[:1] == [column] for columns in indexes),
            seen=f"No index of {table} begins with {column}. There are:"
            f" {'; '.join(', '.join(map(str, each)) for each in indexes) or 'none'}.",
            wanted=f"An index that begins with {column}: a foreign key has none by itself, and"
            " whoever deletes a post or a user would read all comments.",
        )


def _required(database: Database, table: str) -> dict[str, Any]:
    """Values for the columns that need one."""
    with database.inspect() as inspector:
        columns = inspector.get_columns(table)
    needed = [each for each in columns if not each["nullable"] and each.get("default") is None]
    return {str(each["name"]): _value(str(each["type"])) for each in needed}


def _value(kind: str) -> Any:
    kind = kind.upper()
    if "TIME" in kind or "DATE" in kind:
        return rows.moment(10)
    return "Text" if "CHAR" in kind or "TEXT" in kind else 0
