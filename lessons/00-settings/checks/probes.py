"""What the settings are asked, beside the learner's code. Every answer is plain JSON."""

import os

from pydantic import SecretStr, ValidationError

NAMES = ("environment", "database_url", "secret_key", "log_level", "cors_origins")


def settings():
    """Every setting as it is read now: its plain value, and how they print."""
    from app.config import Settings

    found = Settings()
    values = {name: getattr(found, name) for name in NAMES if hasattr(found, name)}
    return {
        "values": {name: _plain(value) for name, value in values.items()},
        "printed": {
            "repr(settings)": repr(found),
            "str(settings)": str(found),
            "settings.secret_key": str(values.get("secret_key")),
            "settings.model_dump()": str(found.model_dump()),
            "settings.model_dump_json()": found.model_dump_json(),
        },
        "base": [base.__module__ for base in type(found).__mro__],
    }


def fields():
    """The names of all settings, and the variables that they are read from where these differ."""
    from app.config import Settings

    found = []
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        names = getattr(alias, "choices", [alias]) if alias is not None else [name]
        found += [str(each).lower() for each in names]
    return found


def _plain(value):
    if isinstance(value, SecretStr):
        return {"secret": value.get_secret_value()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | bool | None) else str(value)


def start():
    """Build the settings as a service's start does: the error's text, or None."""
    from app.config import Settings

    try:
        Settings()
    except ValidationError as error:
        return {"text": str(error)}
    except Exception as error:
        return {"text": f"{type(error).__name__}: {error}"}
    return None


def unset(names):
    """The settings as they are read once these variables, set at the import, are gone."""
    import app.config  # noqa: F401

    for name in names:
        os.environ.pop(name, None)
    return settings()


def level(given):
    """The level of the log by `get_settings()`, each time with another value in the environment,
    all of them set after the import; and whether it is one object each time."""
    from app.config import Settings, get_settings

    found = []
    for value in given:
        os.environ["LOG_LEVEL"] = value
        found.append(get_settings())
    return {
        "levels": [_plain(getattr(each, "log_level", None)) for each in found],
        "same": all(each is found[0] for each in found),
        "kind": isinstance(found[0], Settings),
    }


def version(name):
    """The version of a library that is installed here."""
    from importlib.metadata import version as installed

    return installed(name)
