"""The schemas as a package: what it offers, and for which pydantic it is written."""

import ast

from checker.judge import check, expect
from checker.judge.evidence import Module, Probe, Source

NAMES = (
    *("PostCreate", "PostResponse", "PostUpdate"),
    *("UserCreate", "UserResponse", "UserSummary", "UserUpdate"),
)
OLD = {"pydantic.validator": "@field_validator", "pydantic.root_validator": "@model_validator"}
OLD_TYPES = {"typing.List", "typing.Dict", "typing.Optional", "typing.Union"}
OLD_CALLS = {
    "from_orm": "model_validate(obj)",
    "parse_obj": "model_validate(obj)",
    "parse_raw": "model_validate_json(text)",
    "update_forward_refs": "model_rebuild()",
    "construct": "model_construct(…)",
    "dict": "model_dump()",
    "json": "model_dump_json()",
}
ONLY_PYDANTICS = ("from_orm", "parse_obj", "parse_raw", "update_forward_refs")
"""Those that nothing but a schema has: what uses a schema is looked through for them too."""


@check(
    title="app.schemas imports and offers seven schemas",
    items=["endpoint.schema", "model.schema"],
    why="Routes and services take what crosses the border from this one place.",
    read="Describe the border",
)
def test_importable(probe: Probe):
    offered = probe.shared("offered", doing="importing app.schemas", expects=list[str])
    missing = [name for name in NAMES if name not in offered]
    expect(
        not missing,
        seen=f"app.schemas has no {', '.join(missing)}.",
        wanted="app/schemas/__init__.py that offers Create, Update and Response for users and"
        " posts, and UserSummary.",
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
    modules = source.package("app.schemas")
    for module in modules:
        _look_for_the_old(source, module)
        _look_for_calls(source, module, OLD_CALLS)
    for module in source.package("app"):
        _look_for_calls(source, module, ONLY_PYDANTICS)
    user = {"email": "ada@example.com", "name": "Ada"}
    post = {"title": "Title", "content": "Text"}
    warning = probe.afresh(
        "strict_use", doing="importing app.schemas and using it", user=user, post=post
    )
    expect(
        warning is None,
        seen=f"Importing or using app.schemas warns: {warning}",
        wanted="No DeprecationWarning.",
        errata=(),
    )


def _look_for_the_old(source: Source, module: Module):
    for node in module.walk():
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                inner = decorator.func if isinstance(decorator, ast.Call) else decorator
                name = source.full(module, inner)
                expect(
                    name not in OLD,
                    seen=f"{node.name} is decorated with @{name.split('.')[-1]}, of pydantic 1.",
                    wanted=f"{OLD.get(name)}(…)",
                    at=module.at(decorator),
                    errata=("E12",),
                )
        elif isinstance(node, ast.ClassDef):
            expect(
                node.name != "Config",
                seen="A schema is configured by class Config, as in pydantic 1.",
                wanted="model_config = ConfigDict(…)",
                at=module.at(node),
                errata=("E12",),
            )
        elif isinstance(node, ast.Attribute):
            _look_at_type(module, source.full(module, node), node)
    for name, node in module.imports:
        _look_at_type(module, name, node)


def _look_at_type(module: Module, name: str, node: ast.AST):
    expect(
        name not in OLD_TYPES,
        seen=f"{name.removeprefix('typing.')} is imported from typing.",
        wanted="list[X], dict[K, V], X | None",
        at=module.at(node),
        errata=("E10",),
    )


def _look_for_calls(source: Source, module: Module, names):
    for name in names:
        for call in source.calls(module, name):
            is_method = isinstance(call.func, ast.Attribute)
            expect(
                not is_method or source.full(module, call.func) == f"json.{name}",
                seen=f".{name}(…) is deprecated since pydantic 2.",
                wanted=OLD_CALLS[name],
                at=module.at(call),
                errata=("E11",),
            )
