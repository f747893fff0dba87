"""What the services offer, the errors they raise, and whom they know."""

import ast
import re

from checker.judge import check, expect
from checker.judge.evidence import Definitions, Location, Probe, Source

FRAMEWORKS = ("fastapi", "starlette")
OUTER = ("routes", "main", "dependencies", "middleware")
ABOVE = {
    "services": OUTER,
    "exceptions": (*OUTER, "services", "repositories"),
    "schemas": (*OUTER, "services"),
    "repositories": (*OUTER, "services", "schemas"),
    "models": (*OUTER, "services", "schemas", "repositories"),
}
PLAIN = (
    *("Exception", "BaseException", "ValueError", "TypeError", "KeyError", "LookupError"),
    *("RuntimeError", "HTTPException"),
)
MAIL = ("smtplib", "aiosmtplib", "email")
OTHERS = {
    *("mail", "email", "mails", "emails", "sms", "newsletter", "notification", "notifications"),
    *("payment", "payments", "invoice", "invoices", "refund"),
}
ACTING = {"send", "deliver", "notify", "pay", "charge"}
ASKING = {"exists", "taken", "free", "available", "used", "known", "in", "is", "has"}
MAKING = {"create", "add", "register", "new", "update", "change", "delete", "remove"}
SUBJECTS = {"PostService": {"user", "users"}, "UserService": {"post", "posts"}}


@check(
    title="app.services offers two services, each made with a session",
    items=["endpoint.service-function"],
    why="Routes, tests and commands all make a service the same way.",
    read="What a service is",
    errata=["E01", "E04"],
)
def test_importable(probe: Probe):
    probe.shared("offered", doing="making PostService(session) and UserService(session)")


@check(
    title="What can go wrong is one small family",
    items=["endpoint.service-function"],
    why="One handler can then turn every error of the domain into a response.",
    read="What can go wrong",
    errata=["E05", "E26"],
)
def test_family(probe: Probe):
    seen = probe("family", doing="making the errors of app.exceptions")
    errors, given = seen["errors"], seen["given"]
    for name, other in (("NotFoundError", "ConflictError"), ("ConflictError", "NotFoundError")):
        above = errors[name]["above"]
        expect(
            "DomainError" in above,
            seen=f"{name} is no DomainError: it is a subclass of {', '.join(above[:-1])}.",
            wanted=f"class {name}(DomainError)",
        )
        expect(
            other not in above,
            seen=f"{name} is a subclass of {other}: whoever catches that one catches both.",
            wanted=f"class {name}(DomainError)",
        )
    for name, facts in errors.items():
        expect(
            facts["text"] == given,
            seen=f"str({name}({given!r})) is {facts['text']!r}.",
            wanted="The message as it was given: super().__init__(message).",
        )
        expect(
            facts["message"] == given,
            seen=f"{name}({given!r}).message is {facts['message']!r}.",
            wanted="self.message = message, in DomainError.",
        )
        expect(
            facts["code"] is not None and set(facts["codes"]) == {facts["code"]},
            seen=f"{name}.code is {facts['code']!r}, and two errors of this class have the codes"
            f" {', '.join(facts['codes'])}.",
            wanted=f"A text in the class itself, as in class {name}: code = …",
        )
    codes = [errors[name]["code"] for name in ("NotFoundError", "ConflictError", "DomainError")]
    expect(
        len(set(codes)) == 3,
        seen=f"The codes of NotFoundError, ConflictError and DomainError are {codes}.",
        wanted="A `code` for each, stable and for programs.",
    )
    expect(
        "ValidationError" not in seen["names"],
        seen="app.exceptions has a ValidationError, the name of pydantic's own error.",
        wanted="A name that no library uses: whoever imports the wrong one catches nothing.",
    )


@check(
    title="Nothing below the routes knows of HTTP, and no layer looks upwards",
    items=["architecture.service-transactions", "endpoint.service-function"],
    why="A rule that knows of status codes cannot be used by a command, a job or a test.",
    read="Keep the layers apart",
    errata=["E05"],
)
def test_layers(probe: Probe, source: Source):
    for found in probe("imports", doing="reading your package's imports"):
        importer, imported = found["importer"], found["imported"]
        layer, other = found["layer"], imported.split(".")
        at = _at(source, importer, found["line"])
        first, *ways = [*found["through"], importer, imported]
        seen = f"{first} imports {', which imports '.join(ways)}"
        expect(
            other[0] not in FRAMEWORKS,
            seen=f"{seen}.",
            wanted="No framework below the routes, by no detour either: raise errors of"
            " app.exceptions.",
            at=at,
        )
        above = OUTER if found["through"] else ABOVE[layer]
        expect(
            other[0] != "app" or not set(other[1:2]) & set(above),
            seen=f"{seen}, which stands above it.",
            wanted="routes → services → schemas → repositories → models, one way.",
            at=at,
        )
    for module in source.package("app.services"):
        for node in module.walk():
            if not isinstance(node, ast.Raise) or node.exc is None:
                continue
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = source.full(module, raised).rpartition(".")[2]
            expect(
                name not in PLAIN,
                seen=f"A service raises {name}.",
                wanted="An error of app.exceptions, which a handler can tell from a bug.",
                at=module.at(node),
            )


@check(
    title="A service has one subject",
    items=["antipattern.god-service"],
    why="A class that does everything is changed by everybody, and tested by nobody.",
    read="Keep the layers apart",
    needs=["05.importable"],
)
def test_one_subject(probe: Probe, source: Source, definitions: Definitions):
    _written(source)
    offered = probe.shared("offered", doing="making PostService(session) and UserService(session)")
    for service, names in offered.items():
        found = definitions(f"app.services.{service}")
        for name in names:
            method = found.methods.get(name)
            expect(
                not _foreign(service, name),
                seen=f"{service}.{name} is about something else than"
                f" {'posts' if service == 'PostService' else 'users'}.",
                wanted="A service of its own for it.",
                at=method[0].at(method[1]) if method else found.at,
            )
        expect(
            len(names) <= 12,
            seen=f"{service} has {len(names)} public methods.",
            wanted="At most 12; more than that is a second service.",
            at=found.at,
        )
    for module in source.package("app.services"):
        if not any(
            isinstance(node, ast.ClassDef) and node.name in offered for node in module.walk()
        ):
            continue
        for name, statement in module.imports:
            expect(
                name.split(".")[0] not in MAIL,
                seen=f"{module.name} imports {name}: a service of posts and users sends no mail.",
                wanted="A service of its own for it, in lesson 13.",
                at=module.at(statement),
            )


def _written(source: Source):
    """There is something to look at: nothing of the starter's is left in a service."""
    for module in source.package("app.services"):
        for node in module.walk():
            unfinished = (
                isinstance(node, ast.Raise)
                and node.exc is not None
                and "TODO 05" in ast.unparse(node.exc)
            )
            expect(
                not unfinished,
                seen="A method of a service is still to be written.",
                wanted="The two services, whole.",
                at=module.at(node),
            )


def _foreign(service: str, method: str) -> bool:
    """Whether a method's name says that it is about something else than its service."""
    words = [word for word in re.split(r"_+|(?<=[a-z])(?=[A-Z])", method.lower()) if word]
    mails = words[0] in {"mail", "email"} and not ASKING & set(words)
    if mails or words[0] in ACTING or (service == "PostService" and OTHERS & set(words)):
        return True
    if service == "UserService" and (OTHERS - {"mail", "email", "emails", "mails"}) & set(words):
        return True
    own = SUBJECTS["UserService" if service == "PostService" else "PostService"]
    return words[0] in MAKING and words[-1] in SUBJECTS[service] and not own & set(words)


def _at(source: Source, module: str, line: int | None) -> Location | None:
    found = source.named(module)
    return Location(file=found.file, line=line) if found and line else None
