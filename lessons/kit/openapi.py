"""The service's own description, openapi.json, read by the judge. It may have any shape."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

import pytest

from checker.judge import Unmet
from checker.judge.claim import shown
from kit.posts_api import PostsApi

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PROBLEM = "application/problem+json"
JSON = "application/json"
_URI = "urn:openapi"
_UNNAMED = re.compile(r"\{.*?\}")


@dataclass(frozen=True)
class Operation:
    """A method of a path, what is told of it, and where in the document."""

    method: str
    path: str
    told: Mapping[str, Any]
    pointer: str

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def key(self) -> str:
        """Its name, whatever the path's parameters are called."""
        return _UNNAMED.sub("{}", self.name)

    @property
    def responses(self) -> dict[str, dict[str, Any]]:
        """By status, as the document writes it: "404", "4XX", "default"."""
        return {str(status): table(each) for status, each in table(self.told["responses"]).items()}

    @property
    def body(self) -> dict[str, Any]:
        """What is told of the request's body, by media type."""
        return table(table(self.told.get("requestBody")).get("content"))

    @property
    def secured(self) -> bool:
        """Whether it is told that one must have signed in: `{}` among others says that one may."""
        found = self.told.get("security")
        return isinstance(found, list) and bool(found) and all(map(table, found))


@dataclass(frozen=True)
class Example:
    """A value that the document shows, the schema that it is shown for, and where."""

    value: Any
    pointer: str
    where: str


class Document:
    """The description, with its references followed and its schemas applied."""

    def __init__(self, whole: Mapping[str, Any]) -> None:
        self.whole = whole

    @cached_property
    def operations(self) -> list[Operation]:
        """All of them. What the document says of security holds where one says nothing itself."""
        everywhere: dict[str, Any] = {"responses": {}, "security": self.whole.get("security")}
        found = []
        for path, methods in table(self.whole.get("paths")).items():
            for method, told in table(methods).items():
                if method in METHODS:
                    complete = {**everywhere, **table(told)}
                    pointer = f"/paths/{escaped(path)}/{method}"
                    found.append(Operation(method, str(path), complete, pointer))
        return found

    def operation(self, key: str) -> Operation:
        """The one of that name. Raises Unmet where the document has none."""
        for each in self.operations:
            if each.key == key:
                return each
        raise Unmet(
            f"openapi.json has no {key}.",
            "Every operation of the service: no include_in_schema=False.",
        )

    def at(self, pointer: str) -> Any:
        """What stands at that place of the document, None where nothing does."""
        found: Any = self.whole
        for part in pointer.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict):
                found = found.get(name)
            elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = list(found)[int(name)]
            else:
                return None
        return found

    def followed(self, pointer: str) -> str:
        """Where the schema or response at this place is, behind its references."""
        for _ in range(20):
            reference = table(self.at(pointer)).get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#/"):
                break
            pointer = reference[1:]
        return pointer

    def dangling(self) -> list[str]:
        """The references that lead nowhere."""
        return sorted(
            reference
            for reference in set(_references(self.whole))
            if not reference.startswith("#/") or self.at(reference[1:]) is None
        )

    def errors(self, pointer: str, value: Any) -> list[str]:
        """What the schema at this place says against a value, in words. Raises Unmet where the
        schema cannot be applied."""
        import jsonschema_rs

        try:
            schema = {"$ref": f"{_URI}#{quote(pointer, safe='/~')}"}
            validator = jsonschema_rs.Draft202012Validator(
                schema, registry=self._registry, validate_formats=True
            )
            found = list(validator.iter_errors(plain(value)))
        except Exception as error:  # a schema of the submission's own, of any shape
            raise Unmet(
                f"The schema at #{pointer} cannot be applied: {type(error).__name__}:"
                f" {shown(str(error))}.",
                "A JSON Schema, whose references lead somewhere.",
            ) from None
        return [f"{_path(each.instance_path)}: {each.message[:200]}" for each in found]

    def undocumented(self, pointer: str, value: Any) -> list[str]:
        """The members of a value, and of what is in it, of which the schema has no word."""
        return list(self._undocumented([pointer], value, "$", 0))

    def untold(self, pointer: str) -> list[str]:
        """The objects in the schema at this place of whose members it tells none by name."""
        return list(self._untold(pointer, "$", 0))

    def accepts_anything(self, pointer: str) -> bool:
        """Whether the schema at this place tells nothing: `{}`, or missing, or any object."""
        found = [self.at(each) for each in self._branches([pointer])]
        telling = ("properties", "items", "type", "const", "enum", "prefixItems")
        plain = [each for each in found if isinstance(each, dict)]
        if not any(any(word in each for word in telling) for each in plain):
            return True
        return all(each.get("type") == "object" and "properties" not in each for each in plain)

    def media(self, operation: Operation, status: str, kind: str) -> str | None:
        """Where the schema is that a response of that status and media type has; None for none."""
        told = self.followed(f"{operation.pointer}/responses/{status}")
        content = table(table(self.at(told)).get("content"))
        for name, each in content.items():
            if str(name).partition(";")[0].strip().lower() == kind and "schema" in table(each):
                return f"{told}/content/{escaped(name)}/schema"
        return None

    def response(self, operation: Operation, status: str) -> dict[str, Any]:
        """What is told of a response, wherever."""
        return table(self.at(self.followed(f"{operation.pointer}/responses/{status}")))

    def example_of(self, pointer: str, depth: int = 0) -> Any:
        """An example for the schema at this place: its own, or made of its parts' examples.

        Raises LookupError where there is none.
        """
        for value in self._told(pointer):
            return value
        pointer = self.followed(pointer)
        schema = table(self.at(pointer))
        if depth < 12:
            if every := series(schema.get("allOf")):
                places = [f"{pointer}/allOf/{number}" for number in range(len(every))]
                return _merged([self.example_of(place, depth + 1) for place in places])
            for word in ("anyOf", "oneOf"):
                for number in range(len(series(schema.get(word)))):
                    try:
                        return self.example_of(f"{pointer}/{word}/{number}", depth + 1)
                    except LookupError:
                        continue
            if properties := table(schema.get("properties")):
                return self._composed(pointer, schema, properties, depth)
            if "items" in schema:
                return [self.example_of(f"{pointer}/items", depth + 1)]
            if "const" in schema:
                return schema["const"]
        raise LookupError(pointer)

    def shown_for(self, pointer: str, media: str) -> list[Any]:
        """The examples of a body, at its media type or at its schema, whole or made of parts."""
        found = [each.value for each in self._media_examples(media, "")]
        if not found:
            try:
                found = self._told(pointer) or [self.example_of(pointer)]
            except LookupError:
                return []
        return found

    def _told(self, pointer: str) -> list[Any]:
        """The examples that stand in a schema: beside a reference, or behind it."""
        beside = list(_own_examples(table(self.at(pointer))))
        return beside or list(_own_examples(table(self.at(self.followed(pointer)))))

    def body_examples(self, operation: Operation, kind: str) -> list[Any]:
        """The examples of the body that an operation takes."""
        body = self.followed(f"{operation.pointer}/requestBody")
        media = f"{body}/content/{escaped(kind)}"
        return self.shown_for(f"{media}/schema", media)

    def examples(self) -> Iterator[Example]:
        """Every example of the document, with the place of its schema."""
        for operation in self.operations:
            for number, parameter in enumerate(series(operation.told.get("parameters"))):
                pointer = self.followed(f"{operation.pointer}/parameters/{number}")
                where = f"{table(parameter).get('name')} of {operation.name}"
                yield from self._media_examples(pointer, where)
                yield from self._within(f"{pointer}/schema", where)
            request = self.followed(f"{operation.pointer}/requestBody")
            yield from self._of_content(request, f"the body of {operation.name}")
            for status in operation.responses:
                response = self.followed(f"{operation.pointer}/responses/{status}")
                yield from self._of_content(response, f"{status} of {operation.name}")
        for name in table(table(self.whole.get("components")).get("schemas")):
            yield from self._within(f"/components/schemas/{escaped(name)}", f"the schema {name}")

    def texts(self) -> Iterator[tuple[str, str]]:
        """Everything that is told in words, and where: `("GET /posts", "List posts.")`."""
        info = table(self.whole.get("info"))
        yield from _words(info, "info", "description", "summary", "title")
        for tag in series(self.whole.get("tags")):
            yield from _words(table(tag), f"the tag {table(tag).get('name')}", "description")
        for operation in self.operations:
            yield from _words(operation.told, operation.name, "summary", "description")
            for parameter in series(operation.told.get("parameters")):
                yield from _described(parameter, f"a parameter of {operation.name}")
            yield from _described(
                operation.told.get("requestBody"), f"the body of {operation.name}"
            )
            for status, each in operation.responses.items():
                yield from _described(each, f"{status} of {operation.name}")
        schemas = table(table(self.whole.get("components")).get("schemas"))
        for name, schema in schemas.items():
            yield from _described(schema, f"the schema {name}")

    @cached_property
    def _registry(self) -> Any:
        import jsonschema_rs  # which Schemathesis brings; jsonschema takes seconds to import

        return jsonschema_rs.Registry([(_URI, plain(self.whole))])

    def _branches(self, pointers: Iterable[str], depth: int = 0) -> Iterator[str]:
        """The places of all schemas that are one with these."""
        for each in pointers:
            pointer = self.followed(each)
            schema = table(self.at(pointer))
            yield pointer
            if depth < 12:
                for word in ("allOf", "anyOf", "oneOf"):
                    numbers = range(len(series(schema.get(word))))
                    within = [f"{pointer}/{word}/{number}" for number in numbers]
                    yield from self._branches(within, depth + 1)

    def _undocumented(
        self, pointers: list[str], value: Any, where: str, depth: int
    ) -> Iterator[str]:
        places = list(self._branches(pointers))
        schemas = [(place, table(self.at(place))) for place in places]
        if isinstance(value, dict) and depth < 12:
            if any(
                schema.get("additionalProperties") not in (None, False) for _, schema in schemas
            ):
                return
            for name, part in value.items():
                within = [
                    f"{place}/properties/{escaped(name)}"
                    for place, schema in schemas
                    if name in table(schema.get("properties"))
                ]
                if within:
                    yield from self._undocumented(within, part, f"{where}.{name}", depth + 1)
                else:
                    yield f"{where}.{name}"
        elif isinstance(value, list) and depth < 12:
            within = [f"{place}/items" for place, schema in schemas if table(schema.get("items"))]
            for part in list(value)[:3] if within else ():
                yield from self._undocumented(within, part, f"{where}[]", depth + 1)

    def _untold(self, pointer: str, where: str, depth: int) -> Iterator[str]:
        for place in self._branches([pointer]) if depth < 8 else ():
            schema = table(self.at(place))
            if schema.get("type") == "object" and "properties" not in schema:
                yield where
            for name in table(schema.get("properties")):
                part = f"{place}/properties/{escaped(name)}"
                yield from self._untold(part, f"{where}.{name}", depth + 1)
            if table(schema.get("items")):
                yield from self._untold(f"{place}/items", f"{where}[]", depth + 1)

    def _composed(
        self, pointer: str, schema: dict[str, Any], properties: dict[str, Any], depth: int
    ) -> dict[str, Any]:
        made = {}
        for name in properties:
            try:
                made[name] = self.example_of(f"{pointer}/properties/{escaped(name)}", depth + 1)
            except LookupError:
                if name in series(schema.get("required")):
                    raise
        if not made:
            raise LookupError(pointer)
        return made

    def _of_content(self, pointer: str, where: str) -> Iterator[Example]:
        for kind in table(table(self.at(pointer)).get("content")):
            media = f"{pointer}/content/{escaped(kind)}"
            yield from self._media_examples(media, where)
            yield from self._within(f"{media}/schema", where)

    def _media_examples(self, media: str, where: str) -> Iterator[Example]:
        """Those beside a schema: of a media type or a parameter."""
        told = table(self.at(media))
        schema = f"{media}/schema"
        if "example" in told:
            yield Example(told["example"], schema, where)
        for name in table(told.get("examples")):
            example = table(self.at(self.followed(f"{media}/examples/{escaped(name)}")))
            if "value" in example:
                yield Example(example["value"], schema, where)

    def _within(self, pointer: str, where: str, depth: int = 0) -> Iterator[Example]:
        """Those of a schema and of its parts, but not of what it refers to."""
        schema = table(self.at(pointer))
        for value in _own_examples(schema):
            yield Example(value, pointer, where)
        if depth > 12 or not schema:
            return
        for name in table(schema.get("properties")):
            inner = f"{pointer}/properties/{escaped(name)}"
            yield from self._within(inner, f"{name} in {where}", depth + 1)
        for word in ("items", "additionalProperties"):
            yield from self._within(f"{pointer}/{word}", where, depth + 1)
        for word in ("anyOf", "oneOf", "allOf", "prefixItems"):
            for number in range(len(series(schema.get(word)))):
                yield from self._within(f"{pointer}/{word}/{number}", where, depth + 1)


@pytest.fixture
def document(api: PostsApi) -> Document:
    """What the service says of itself."""
    return Document(api.described())


def table(value: Any) -> dict[str, Any]:
    """An object as it is, and nothing for what is none."""
    return dict(value) if isinstance(value, dict) else {}


def series(value: Any) -> list[Any]:
    """A list as it is, and nothing for what is none."""
    return list(value) if isinstance(value, list) else []


def text(value: Any) -> str:
    """A text without the blanks around it, and nothing for what is none."""
    return value.strip() if isinstance(value, str) else ""


def plain(value: Any) -> Any:
    """A claim as the plain data that it is, for libraries that look at types."""
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def escaped(name: Any) -> str:
    """A name as a part of a JSON pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")


def _merged(values: list[Any]) -> Any:
    """One example for several schemas at once: their members together, or the first."""
    found: dict[str, Any] = {}
    for value in values:
        if not isinstance(value, dict):
            return values[0]
        found |= value
    return found


def _own_examples(schema: Mapping[str, Any]) -> Iterator[Any]:
    yield from series(schema.get("examples"))
    if "example" in schema:
        yield schema["example"]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield reference
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def _words(told: Mapping[str, Any], where: str, *names: str) -> Iterator[tuple[str, str]]:
    for name in names:
        if found := text(told.get(name)):
            yield where, found


def _described(value: Any, where: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """The descriptions in a part of the document, wherever they stand."""
    if depth > 12:
        return
    if isinstance(value, dict):
        if isinstance(value.get("description"), str):
            yield where, value["description"].strip()
        for name, each in value.items():
            if name not in ("example", "examples", "default"):
                yield from _described(each, where, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _described(each, where, depth + 1)


def _path(parts: Iterable[Any]) -> str:
    """Where in a value, as `$.items[0].id`."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
