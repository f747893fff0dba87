"""What the schemas are asked, many payloads at a time. Every answer is plain JSON."""

import json
import warnings
from datetime import UTC, datetime

from pydantic import ValidationError

NAMES = (
    "UserCreate",
    "UserUpdate",
    "UserResponse",
    "UserSummary",
    "PostCreate",
    "PostUpdate",
    "PostResponse",
)


def offered():
    """Which schemas `app.schemas` offers."""
    import app.schemas

    return [name for name in NAMES if hasattr(app.schemas, name)]


def strict_import():
    """Import every schema with deprecations as errors: the warning's text, or None."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        try:
            import app.schemas
            import app.schemas.post
            import app.schemas.user  # noqa: F401
        except DeprecationWarning as warning:
            return str(warning).splitlines()[0]
    return None


def judge(tables):
    """For each (schema, payloads): what every payload became, or the fields that were refused."""
    import app.schemas

    return [
        [_judged(getattr(app.schemas, schema), payload) for payload in payloads]
        for schema, payloads in tables
    ]


def _judged(model, payload):
    try:
        found = model.model_validate_json(json.dumps(payload))
    except ValidationError as error:
        return {"refused": sorted({str(each["loc"][0]) for each in error.errors() if each["loc"]})}
    return {
        "accepted": {name: _plain(getattr(found, name)) for name in type(found).model_fields},
        "changes": found.changes() if hasattr(found, "changes") else None,
    }


def _plain(value):
    return value if isinstance(value, str | int | bool | None) else str(value)


def printed(payload):
    """How a registration prints, in every way that a log might show it."""
    from app.schemas import UserCreate

    user = UserCreate.model_validate(payload)
    return [repr(user), str(user), str(user.model_dump()), user.model_dump_json()]


def rows(user, post):
    """Responses made from models, as JSON."""
    from app.models import Post, User
    from app.schemas import PostResponse, UserResponse

    now = datetime(2031, 5, 17, 12, tzinfo=UTC)
    author = User(id=7, created_at=now, **user)
    row = Post(id=9, published=True, user_id=7, created_at=now, author=author, **post)
    row.updated_at = None
    return {
        "user": json.loads(UserResponse.model_validate(author).model_dump_json()),
        "post": json.loads(PostResponse.model_validate(row).model_dump_json()),
    }


def fields():
    """The names of all fields in every schema that is made from a row, nested ones too."""
    import app.schemas

    found = {}
    for name in ("UserResponse", "UserSummary", "PostResponse"):
        schema = getattr(app.schemas, name).model_json_schema(mode="serialization")
        found[name] = sorted(_names(schema))
    return found


def _names(schema):
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for value in schema.values():
            yield from _names(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _names(value)
