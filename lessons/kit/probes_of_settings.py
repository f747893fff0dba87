"""A probe that several lessons share: what `Settings` makes of an environment."""

import os
from collections.abc import Mapping, Sequence
from typing import Any


def settings(
    names: Sequence[str], environments: Sequence[Mapping[str, str]]
) -> list[dict[str, Any]]:
    """The settings of these names, in each of these environments; or what was refused."""
    return [_settings(names, each) for each in environments]


def _settings(names: Sequence[str], environment: Mapping[str, str]) -> dict[str, Any]:
    from pydantic import ValidationError

    from app.config import Settings  # type: ignore[import-not-found]  # the project's

    for name in names:
        os.environ.pop(name.upper(), None)
    os.environ.update(environment)
    try:
        made = Settings()
    except ValidationError as error:
        return {"refused": [str(part) for each in error.errors() for part in each["loc"]]}
    return {name: _plain(getattr(made, name, None)) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, tuple | set | frozenset):
        return sorted(map(str, value))
    plain = isinstance(value, int | float | str | list | None)
    return value if plain else f"a {type(value).__name__}"
