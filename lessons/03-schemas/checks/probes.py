"""What the schemas are asked, many payloads at a time. Every answer is plain JSON."""

import json
import warnings
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

from pydantic import ValidationError

REQUESTS = ("UserCreate", "UserUpdate", "PostCreate", "PostUpdate")
RESPONSES = ("UserResponse", "UserSummary", "PostResponse")
MADE = datetime(2031, 5, 17, 12, tzinfo=UTC)
CHANGED = datetime(2031, 5, 18, 1, 30, tzinfo=timezone(timedelta(hours=5)))
LONG = 100_000


def offered():
    """Which schemas `app.schemas` offers."""
    import app.schemas

    return [name for name in (*REQUESTS, *RESPONSES) if hasattr(app.schemas, name)]


def strict_use(user, post):
    """Import every schema and use it, with deprecations as errors: the warning's text, or None."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        try:
            import app.schemas
            import app.schemas.post
            import app.schemas.user

            for name, payload in (("UserUpdate", user), ("PostUpdate", post)):
                schema = getattr(app.schemas, name, None)
                if schema is not None:
                    schema.model_validate(payload).changes()
        except DeprecationWarning as warning:
            return str(warning).splitlines()[0]
        except Exception:  # what else is wrong is for other checks to say
            return None
    return None


def judge(tables, changes=True):
    """For each (schema, payloads): what every payload became, the fields that were refused, or the
    exception that is no ValidationError. Payloads are JSON as a request has it. Without `changes`
    no schema is asked for them."""
    import app.schemas

    return [
        [_judged(getattr(app.schemas, schema), json.loads(each), changes) for each in payloads]
        for schema, payloads in tables
    ]


def other_change(names, payloads):
    """What a change with three fields of other names becomes of each payload; None where PostUpdate
    is no PatchModel. Two are of the types, and have the defaults, of PostUpdate's title and
    published; the third is a number, 3 by default."""
    from pydantic import create_model

    from app.schemas import PostUpdate

    base = next((cls for cls in PostUpdate.__mro__ if cls.__name__ == "PatchModel"), None)
    if base is None:
        return None
    given = (PostUpdate.model_fields[name] for name in ("title", "published"))
    fields = {name: (field.annotation, field) for name, field in zip(names[:2], given, strict=True)}
    fields[names[2]] = (int, 3)
    model = create_model("OtherUpdate", __base__=base, **fields)
    return [_judged(model, payload, True) for payload in payloads]


def _judged(model, payload, asked):
    try:
        found = model.model_validate(payload)
    except ValidationError as error:
        fields = {str(each["loc"][0]) for each in error.errors() if each["loc"]}
        return {"refused": sorted(fields), "raised": ""}
    except Exception as error:
        return {"refused": [], "raised": f"{type(error).__name__}: {error}"[:200]}
    changes = found.changes() if asked and hasattr(found, "changes") else None
    return {
        "accepted": {name: _plain(getattr(found, name)) for name in type(found).model_fields},
        "changes": changes if isinstance(changes, dict | None) else _plain(changes),
    }


def _plain(value):
    value = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    return value if isinstance(value, str | int | bool | None) else str(value)


def printed(payload):
    """How a registration prints, in every way that a log might show it."""
    from app.schemas import UserCreate

    user = UserCreate.model_validate(payload)
    return {
        "printed": [repr(user), str(user), f"{user!s:>5}"],
        "dumped": [
            str(user.model_dump()),
            user.model_dump_json(),
            str(user.model_dump(mode="json")),
        ],
    }


def objects():
    """Make each response from an object that has everything: why no attribute of it is read, or
    ""."""
    import app.schemas

    author = SimpleNamespace(id=7, name="Ada", email="ada@example.com", created_at=MADE)
    post = {"title": "Title", "content": "Text", "published": False, "updated_at": None}
    whole = SimpleNamespace(**vars(author), **post, user_id=7, author=author)
    return {name: _refusal(getattr(app.schemas, name), whole) for name in RESPONSES}


def _refusal(schema, whole):
    try:
        schema.model_validate(whole)
    except ValidationError as error:
        return next((each["msg"] for each in error.errors() if not each["loc"]), "")
    return ""


def rows(user, post, old):
    """Responses made from three users and three posts, as JSON. The last of each are no model's:
    they have the `old` values, which no request would bring, and no `updated_at` at all."""
    from app.models import Post, User
    from app.schemas import PostResponse, UserResponse, UserSummary

    authors = [
        User(id=7, created_at=MADE, **user),
        User(id=8, created_at=CHANGED, **{**user, "name": "B" * 100}),
    ]
    posts = []
    for id_, author, published, changed, more in (
        (9, 0, True, None, {}),
        (10, 1, False, CHANGED, {"title": "T" * 200, "content": " x " * LONG}),
    ):
        values = {**post, **more, "published": published, "user_id": authors[author].id}
        row = Post(id=id_, created_at=MADE, author=authors[author], **values)
        row.updated_at = changed
        posts.append(row)
    authors.append(SimpleNamespace(**{**user, **old["user"]}, id=12, created_at=MADE))
    posts.append(
        SimpleNamespace(
            **old["post"], id=11, published=False, user_id=12, created_at=MADE, author=authors[2]
        )
    )

    def shown(schema, row):
        return json.loads(schema.model_validate(row).model_dump_json())

    return {
        "users": [shown(UserResponse, row) for row in authors],
        "summaries": [shown(UserSummary, row) for row in authors],
        "posts": [_measured(shown(PostResponse, row)) for row in posts],
    }


def _measured(post):
    """The long content as its length."""
    content = post.get("content")
    return {**post, "content": len(content)} if len(str(content)) > LONG else post


def fields():
    """For every schema: the names of its own fields, of those nested in it, and of those for which
    its documentation offers null, as a type or as a default."""
    import app.schemas

    found = {}
    for name in (*REQUESTS, *RESPONSES):
        if hasattr(app.schemas, name):
            mode = "serialization" if name in RESPONSES else "validation"
            schema = getattr(app.schemas, name).model_json_schema(mode=mode)
            own = schema.get("properties", {})
            defined = schema.get("$defs", {})
            found[name] = {
                "own": sorted(own),
                "all": sorted(_names(schema)),
                "null": sorted(field for field in own if _offers_null(own[field], defined)),
                "default": sorted(field for field in own if own[field].get("default", 0) is None),
            }
    return found


def _offers_null(schema, defined):
    if "$ref" in schema:
        return _offers_null(defined.get(schema["$ref"].split("/")[-1], {}), defined)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return any(_offers_null(each, defined) for each in schema[key])
    if "allOf" in schema:
        return all(_offers_null(each, defined) for each in schema["allOf"])
    if "enum" in schema or "const" in schema:
        return None in schema.get("enum", [schema.get("const")])
    types = schema.get("type", "null")
    return "null" in (types if isinstance(types, list) else [types])


def _names(schema):
    if isinstance(schema, dict):
        properties = schema.get("properties", {})
        yield from properties if isinstance(properties, dict) else ()
        for value in schema.values():
            yield from _names(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _names(value)
